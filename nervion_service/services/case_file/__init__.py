"""The file of a case for an auditor: everything that was asked, promised, done and said, chained and with a receipt (K12)."""
