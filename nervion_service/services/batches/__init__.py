"""Batches: where they went, the alarm, the hold and its notices (K1, K6)."""
