# make app    creates .venv, installs, starts Kramers on http://127.0.0.1:8501      (make app PORT=9000)
# make test   installs the test tools too; ruff, mypy, import-linter, pytest
# make docs   builds the documentation into build/site; a link that leads nowhere, or to another server's script, fails
# make lock   resolves requirements*.txt anew into the lock files
#
# torch==2.13.0 is asked for plainly, so that it installs anywhere. On Linux the plain wheel brings CUDA libraries of
# several gigabytes; a CPU wheel (2.13.0+cpu) satisfies the same line. pip takes it where its own configuration
# (find-links, extra-index-url) offers one, or from the address you give here, which pytorch.org's "Get started" page
# shows for "Pip, CPU":
#   make app TORCH_INDEX=<address of PyTorch's CPU index>

PYTHON ?= python3
PORT ?= 8501
ADDRESS ?= 127.0.0.1
TORCH_INDEX ?=
VENV ?= .venv

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX))
PYTEST_ARGS ?= -n 2 --dist loadgroup

.PHONY: app test lint docs tutorial coverage lock screenshot clean
.DELETE_ON_ERROR:

app: $(VENV)/.installed
	$(BIN)/kramers app --address $(ADDRESS) --port $(PORT)

# One thread a worker: two workers on two cores would fight over threads of linear algebra.
test: export OMP_NUM_THREADS = 1
test: export OPENBLAS_NUM_THREADS = 1
# What numba compiles is compiled before: two workers at once would take twice the time, and tests have limits.
test: lint
	$(BIN)/python -c "from core.qc.three_index import compile_all; compile_all()"
	$(BIN)/python -m pytest $(PYTEST_ARGS)

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Not part of `make test`: it rewrites the pictures in docs from the running app.
screenshot: $(VENV)/.installed-dev
	$(BIN)/python -m pytest tests/e2e --screenshots docs

docs: $(VENV)/.installed-docs
	$(BIN)/python -m sphinx --quiet --fail-on-warning --keep-going -d build/doctrees docs build/site
	$(BIN)/python scripts/check_site.py build/site

# Not part of `make test`: runs docs/tutorial.md and writes what its cells print, and docs/tutorial.ipynb.
tutorial: $(VENV)/.installed-dev
	$(BIN)/python scripts/tutorial.py

# The suite with the share of lines it runs, what other processes ran too; build/coverage/index.html shows which.
coverage: export OMP_NUM_THREADS = 1
coverage: export OPENBLAS_NUM_THREADS = 1
coverage: $(VENV)/.installed-dev
	$(BIN)/python -m pytest $(PYTEST_ARGS) --cov --cov-report=term:skip-covered --cov-report=html

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Kramers needs Python 3.11 or newer: make app PYTHON=python3.11" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements.lock pyproject.toml | $(BIN)/python
	$(PIP) -r requirements.lock
	$(PIP) --no-deps --editable .
	touch $@

$(VENV)/.installed-dev: requirements-dev.lock requirements-oracle.txt | $(VENV)/.installed
	$(PIP) -r requirements-dev.lock -r requirements-oracle.txt
	touch $@

$(VENV)/.installed-docs: requirements-docs.lock | $(VENV)/.installed
	$(PIP) -r requirements-docs.lock
	touch $@

COMPILE = $(BIN)/python -m piptools compile --quiet --strip-extras --no-header --annotation-style line \
  --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options

# The local part of a version (+cpu) names one build of torch; the lock must fit every machine.
lock: $(VENV)/.installed-dev
	$(PIP) pip-tools
	$(COMPILE) requirements.txt --output-file requirements.lock
	$(COMPILE) requirements-training.txt requirements-dev.txt --constraint requirements.lock --output-file requirements-dev.lock
	$(COMPILE) requirements-docs.txt --constraint requirements.lock --constraint requirements-dev.lock --output-file requirements-docs.lock
	sed -i.bak -E 's/^([a-z0-9-]+==[^ +]+)\+[a-z0-9.]+/\1/' requirements.lock requirements-dev.lock
	rm -f requirements.lock.bak requirements-dev.lock.bak

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
