"""Handing records over to the company's other systems: a signed folder each, a visible state, nothing here waits for them (D13)."""
