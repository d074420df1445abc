# Everything a newcomer types. `make help` lists it.
PYTHON ?= python3
PORT ?= 5000
VENV := .venv
BIN := $(VENV)/bin
export PORT

.DEFAULT_GOAL := help
.PHONY: help run test check format bench lock clean

help: ## List what there is
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 16

run: $(VENV)/run.stamp ## Serve at http://127.0.0.1:5000 with a demonstration school (PORT=5001 changes the port)
	@SEGMENTAL_MODE=development $(BIN)/python app.py

test: $(VENV)/dev.stamp ## Run every test, on SQLite and PostgreSQL, and in Chromium where it is installed
	@$(BIN)/python -m pytest -q -n 3 --dist worksteal tests

check: $(VENV)/dev.stamp ## Format, lint, types and authored content
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/flask content check

format: $(VENV)/dev.stamp ## Put the code into the house's form
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: $(VENV)/dev.stamp ## Measure pages, answers and verification beside bare ones
	@$(BIN)/python -m bench

lock: $(VENV)/dev.stamp ## Resolve requirements/*.in anew into hash-locked files
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-annotate --no-header --upgrade requirements/run.in -o requirements/run.txt
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-annotate --no-header --upgrade requirements/dev.in -o requirements/dev.txt

clean: ## Remove the virtual environment and the demonstration school
	@rm -rf $(VENV) instance

# The environment is made once; a changed lock installs what changed.
$(VENV)/made.stamp:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Segmental needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1)."; \
	  echo "Name a newer one: make PYTHON=python3.12 run"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { \
	  rm -rf $(VENV); echo "The venv module is incomplete; on Debian: apt-get install python3-venv"; exit 1; }
	@touch $@

$(VENV)/run.stamp: requirements/run.txt | $(VENV)/made.stamp
	@echo "Installing what Segmental needs ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt $(VENV)/run.stamp
	@echo "Installing what checking and testing need ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@
