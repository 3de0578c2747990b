"""`python3.11 -m embedded COMMAND`: see embedded/cli.py."""

import sys

if sys.version_info[:2] != (3, 11):
	# told before anything is imported that an older Python could not even read
	found = ".".join(map(str, sys.version_info[:2]))
	sys.exit(
		"The embedded bench needs Python 3.11 (Debian 12's own), this is "
		+ found
		+ ".\nCall it with PYTHON=python3.11."
	)

from embedded.cli import main

sys.exit(main(sys.argv[1:]))
