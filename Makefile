# `make serve` and `make test` work on a fresh machine: python3 (3.11 or later) with venv, and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# The lock constrains every install, that of the build backend included.
export PIP_CONSTRAINT := $(CURDIR)/requirements.lock
export PIP_DISABLE_PIP_VERSION_CHECK := 1

EXTRAS := check,arrow,duckdb,dask,frames,pytest

.PHONY: help setup serve test lint format bench docs fixtures lock clean

help: ## list the targets
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 12

$(VENV)/.core: pyproject.toml requirements.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.core
	$(BIN)/python -m pip install --quiet -e '.[$(EXTRAS)]' -r requirements-dev.txt
	@touch $@

setup: $(VENV)/.dev ## make .venv with everything that development needs

serve: $(VENV)/.core ## run the mock server (ARGS='--port 9000' passes options)
	$(BIN)/wattos-testkit serve $(ARGS)

test: setup ## run the tests (ARGS='-k name' passes options)
	$(BIN)/python -m pytest $(ARGS)

lint: setup ## ruff, strict types, layer contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup ## format the code
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

bench: setup ## measure what benchmarks/ describes
	$(BIN)/python -m benchmarks $(ARGS)

docs: setup ## make the generated pages and pictures again
	$(BIN)/python docs/make.py

fixtures: setup ## rebuild the golden data
	$(BIN)/python fixtures/rebuild.py

lock: ## resolve requirements.lock again (needs uv)
	uv pip compile --universal --python-version 3.11 --no-header --no-annotate --no-emit-index-url \
		--all-extras --group dev pyproject.toml --output-file requirements.lock --quiet

clean: ## remove what setup made
	rm -rf $(VENV)
