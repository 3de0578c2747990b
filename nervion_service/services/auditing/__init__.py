"""Audits of cases: drawn at random, looked at clause by clause, for a time and without a hand on the records (K12)."""
