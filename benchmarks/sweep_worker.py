"""One of several processes that sweep at the same time: `python -m benchmarks.sweep_worker MOMENT`."""

import sys
from datetime import datetime

from benchmarks import host
from nervion_service.services import sweep

if __name__ == "__main__":
	with host.connected():
		sweep.run(datetime.fromisoformat(sys.argv[1]))
