# Two commands are all a newcomer needs: `make demo` and `make test`. Each makes its own .venv first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
OUT := out/qidong

.PHONY: demo test pytest lint types layers bench gate quality-quick quality-readme bundle clean

# Installed once, and again whenever the project's own description of itself changes.
$(VENV)/.installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "careplan needs Python 3.11 or newer; try: make $(MAKECMDGOALS) PYTHON=python3.11"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing into $(VENV) (once, a minute or two) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@$(BIN)/careplan warmup
	@touch $@

demo: $(VENV)/.installed
	@$(BIN)/careplan visits solve instances/data/qidong-400.json --time-limit 45 \
	  --out $(OUT)/plan.json --xlsx $(OUT)/plan.xlsx --html $(OUT)/plan.html

test: $(VENV)/.installed lint types layers pytest

pytest: $(VENV)/.installed
	$(BIN)/python -m pytest -n 2 -m "not browser and not postgres and not slow"

lint: $(VENV)/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.installed
	$(BIN)/mypy

layers: $(VENV)/.installed
	$(BIN)/lint-imports --no-cache

# How fast: every case with pytest-benchmark. `make gate` compares the short set with the baseline.
bench: $(VENV)/.installed
	$(BIN)/python -m pytest benchmarks/speed --benchmark-columns=min,median,stddev,rounds \
	  --benchmark-sort=name --benchmark-json=out/speed.json

gate: $(VENV)/.installed
	$(BIN)/python -m benchmarks.gate
	$(BIN)/python -m benchmarks.prove_gate

# How good: 12 named instances, at most 25 minutes; the table is printed, and in README.md by `make quality-readme`.
quality-quick: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev,peers]'
	$(BIN)/python -m benchmarks.quality quick --out benchmarks/results/quick.csv
	$(BIN)/python -m benchmarks.quality_report benchmarks/results/quick.csv

quality-readme: $(VENV)/.installed
	$(BIN)/python -m benchmarks.quality_report benchmarks/results/quick.csv --readme README.md

# A folder of wheels for a machine without network; for another system: make bundle PLATFORM=win_amd64
BUNDLE := out/bundle
PLATFORM ?=
bundle: $(VENV)/.installed
	rm -rf $(BUNDLE) && mkdir -p $(BUNDLE)/wheels
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir $(BUNDLE)/wheels .
	$(BIN)/python -m pip download --quiet --disable-pip-version-check --only-binary=:all: --constraint constraints.txt \
	  $(if $(PLATFORM),--platform $(PLATFORM) --python-version 3.11) --dest $(BUNDLE)/wheels $(BUNDLE)/wheels/careplan-*.whl
	cp careplan.bat install.bat README.md $(BUNDLE)/
	@echo "Wrote $(BUNDLE): copy it to the machine and run install.bat, or:"
	@echo "  python3.11 -m venv .venv && .venv/bin/python -m pip install --no-index --find-links wheels careplan"

clean:
	rm -rf $(VENV) out build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .benchmarks
