"""Remedies and what they cost: promised, approved, done when a document of the books proves them (K3)."""
