# Every target makes what it needs: the virtual environment and its packages, with stamp files in .venv/.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help data test check format bench docs-run clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{ printf "  make %-10s %s\n", $$1, $$2 }'

$(VENV)/stamp-venv:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "gristmill needs Python 3.11 or newer; set PYTHON=")'
	$(PYTHON) -m venv $(VENV)
	touch $@

$(VENV)/stamp-data: $(VENV)/stamp-venv pyproject.toml constraints/data.txt
	$(PIP) --constraint constraints/data.txt --editable .
	touch $@

$(VENV)/stamp-dev: $(VENV)/stamp-data constraints/dev.txt
	$(PIP) --constraint constraints/data.txt --constraint constraints/dev.txt --editable '.[dev,tokenizer]'
	touch $@

data: $(VENV)/stamp-data ## Curate the shipped example into runs/quickstart/data (no torch)
	$(BIN)/gristmill data -c configs/quickstart.yaml

test: $(VENV)/stamp-dev ## Run the tests
	$(BIN)/python -m pytest -q

check: $(VENV)/stamp-dev ## Lint, format check, types and import rules
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/stamp-dev ## Rewrite the code in the house's style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs-run: $(VENV)/stamp-dev ## Run the README's commands that are tagged `run`, in both languages
	$(BIN)/python -m tests.readme_commands

bench: $(VENV)/stamp-dev ## Measure speed and memory side by side with peers
	$(BIN)/python -m benchmarks.data_path

clean: ## Remove runs, caches and the virtual environment
	rm -rf $(VENV) runs .gristmill .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
