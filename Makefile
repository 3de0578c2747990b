# The face of the embedded bench: everything it makes is in .bench/ of this checkout.
# On a real bench: BENCH=/path/to/frappe-bench SITE=name make test

PYTHON ?= $(shell command -v python3.11 || command -v python3)
EMBEDDED = @$(PYTHON) -m embedded
# for pytest (make test ARGS="tests/domain -k sunday") or the benchmarks
ARGS ?=

.PHONY: help demo test bench load faults lint stop clean

help:
	@echo "make demo    a running desk with demo data"
	@echo "make test    the whole test suite"
	@echo "make bench   what it costs, beside what a user would pick instead"
	@echo "make load    twenty customers and ten of the staff at work together"
	@echo "make faults  kills, storms and outages at full size"
	@echo "make lint    style, complexity, architecture, translations"
	@echo "make stop    end every process of this checkout"
	@echo "make clean   stop, then remove .bench"

demo test bench load faults:
	$(EMBEDDED) $@ $(ARGS)

lint stop clean:
	$(EMBEDDED) $@
