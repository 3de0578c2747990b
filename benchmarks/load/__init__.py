"""Portal users and staff at work at the same time, on a served site."""
