"""How much is measured: small unless NERVION_FULL=1, each size by its own variable as well."""

import os

FULL = os.environ.get("NERVION_FULL") == "1"


def _size(name: str, small: int, full: int) -> int:
	return int(os.environ.get(f"NERVION_{name}") or (full if FULL else small))


# open commitments of the sweeps, and those of the small site that it stands beside
OPEN = _size("OPEN", 2_000, 100_000)
FEW_OPEN = _size("FEW_OPEN", 1_000, 1_000)
DUE = _size("DUE", 200, 200)
# cases of the report: each has three promises
CASES = _size("CASES", 20_000, 1_000_000)
# documents that are timed one by one
SAMPLE = _size("SAMPLE", 30, 200)
WORKERS = _size("WORKERS", 4, 4)


def too_small(value: int, full: int) -> str:
	"""Why a mark that holds at `full` is not judged at `value`; empty when it is."""
	return "" if value >= full else "dry run"
