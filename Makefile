# make app    creates .venv, installs, starts Kramers on http://127.0.0.1:8501      (make app PORT=9000)
# make test   installs the test tools too; ruff, mypy, import-linter, pytest
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

.PHONY: app test lint lock screenshot clean
.DELETE_ON_ERROR:

app: $(VENV)/.installed
	$(BIN)/python -m streamlit run app/main.py --server.address $(ADDRESS) --server.port $(PORT)

# One thread a worker: two workers on two cores would fight over threads of linear algebra.
test: export OMP_NUM_THREADS = 1
test: export OPENBLAS_NUM_THREADS = 1
test: lint
	$(BIN)/python -m pytest $(PYTEST_ARGS)

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Not part of `make test`: it rewrites the pictures in docs from the running app.
screenshot: $(VENV)/.installed-dev
	$(BIN)/python -m pytest tests/e2e --screenshots docs

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

COMPILE = $(BIN)/python -m piptools compile --quiet --strip-extras --no-header --annotation-style line \
  --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options

# The local part of a version (+cpu) names one build of torch; the lock must fit every machine.
lock: $(VENV)/.installed-dev
	$(PIP) pip-tools
	$(COMPILE) requirements.txt --output-file requirements.lock
	$(COMPILE) requirements-dev.txt --constraint requirements.lock --output-file requirements-dev.lock
	sed -i.bak -E 's/^([a-z0-9-]+==[^ +]+)\+[a-z0-9.]+/\1/' requirements.lock requirements-dev.lock
	rm -f requirements.lock.bak requirements-dev.lock.bak

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
