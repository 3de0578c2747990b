"""Complaints: registered from a folio, judged, analysed, answered, made good, closed (G11)."""
