"""Data sheets, samples and technical analysis reports: what a laboratory and a technician prove (G10, G11, K4, K5, K7)."""
