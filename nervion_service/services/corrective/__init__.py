"""Root causes, corrective action, recurrence and precedents (I2, K9, D10)."""
