# Lapel: every command a developer or newcomer needs. Environments live in .venv, which may be deleted.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
CONSTRAINTS := packaging/constraints.txt
DEMO_OUT ?= build/demo
UNLIMITED := -o timeout=0 -o faulthandler_timeout=0

.PHONY: help run install demo test lint format bench slow findings screenshots demo-catalogue default-student wheel clean

help:
	@echo "make run          install the labelling application (no torch) and open it on the demo catalogue"
	@echo "make test         install everything tests need and run lint, types, import contracts and tests"
	@echo "make demo         do the main job without a screen and say what was done"
	@echo "make install      everything, training included, into $(VENV)"
	@echo "make bench        measure the speed budgets; exits non-zero when one is missed"
	@echo "make slow         the tests that take minutes and are no part of 'make test'"
	@echo "make findings     whether the method still does on drawn garments what it did (twenty minutes)"
	@echo "make lint         ruff, basedpyright and import contracts"
	@echo "make screenshots  a picture of every page in both themes, into resources/screenshots"
	@echo "make wheel        the package as one file, into dist"

run: $(VENV)/.app
	@packaging/system_libraries.sh window
	@$(BIN)/lapel --demo

install: $(VENV)/.all

demo: $(VENV)/.all
	@packaging/system_libraries.sh tests
	$(BIN)/python packaging/demo.py --out $(DEMO_OUT)

test: $(VENV)/.all
	@packaging/system_libraries.sh tests
	$(MAKE) --no-print-directory lint
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest -n 2 --dist loadgroup -m "not slow"

lint: $(VENV)/.all
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/basedpyright --warnings
	$(BIN)/lint-imports

format: $(VENV)/.all
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.all
	@packaging/system_libraries.sh tests
	$(BIN)/python -m tests.benchmarks

slow: $(VENV)/.all
	$(BIN)/python -m pytest $(UNLIMITED) -m slow

findings: $(VENV)/.all
	$(BIN)/python -m pytest $(UNLIMITED) -m slow -s tests/mtss/test_findings.py

screenshots: $(VENV)/.all
	@packaging/system_libraries.sh tests
	$(BIN)/python packaging/screenshots.py --out resources/screenshots

demo-catalogue: $(VENV)/.all
	$(BIN)/python packaging/make_demo_catalogue.py

default-student: $(VENV)/.all
	$(BIN)/python packaging/train_default_student.py

wheel: $(VENV)/.all
	$(BIN)/python -m build --wheel

clean:
	rm -rf build dist .pytest_cache .ruff_cache .import_linter_cache .hypothesis

$(VENV)/.venv: packaging/system_libraries.sh
	@packaging/system_libraries.sh python
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.app: $(VENV)/.venv pyproject.toml $(CONSTRAINTS)
	@echo "Installing the labelling application into $(VENV) (about a minute, no torch) …"
	@$(PIP) install -q -c $(CONSTRAINTS) -e .
	@touch $@

$(VENV)/.all: $(VENV)/.venv pyproject.toml $(CONSTRAINTS)
	@echo "Installing everything, training included, into $(VENV) (about 6 GB, a few minutes) …"
	@$(PIP) install -q -c $(CONSTRAINTS) -e '.[dev]'
	@touch $(VENV)/.app $@
