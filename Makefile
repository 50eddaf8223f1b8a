# The project's tasks. `make` alone lists them.
#
#   make report PYTHON=python3.12     another interpreter
#   make test VENV=../env             another environment

PYTHON ?= python3
VENV ?= .venv
STUDIES ?= reports/mobile_operators reports/ecsi_mobile

BIN := $(VENV)/bin
# One thread per process: the tests already run one process per core.
export OMP_NUM_THREADS ?= 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help install report demo test check bench oracles clean

help: ## list these tasks
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(VENV)/.installed ## create the environment and install csi with its example data

report: $(VENV)/.installed ## build the example studies' PDFs into reports/<study>/out/
	@set -e; for study in $(STUDIES); do \
	  $(BIN)/python $$study/build_data.py; \
	  $(BIN)/csi run $$study/study.yaml; \
	done
	@ls -1 $(addsuffix /out/*.pdf,$(STUDIES))

demo: $(VENV)/.installed-demo ## find the dissatisfied among a million simulated subscribers
	$(BIN)/csi dissatisfied run reports/dissatisfied_demo
	@ls -1 reports/dissatisfied_demo/out/*.pdf

test: $(VENV)/.installed-dev ## run the tests
	$(BIN)/python -m pytest -n auto --dist loadfile

check: $(VENV)/.installed-dev ## format, lint, types, and who may import whom
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.installed-dev ## time csi and repeat the simulation studies; about an hour
	@set -e; for script in benchmarks/[a-z]*.py; do $(BIN)/python $$script; done

oracles: ## write tests/oracles/*.json anew (needs R, see tests/oracles/README.md)
	sh tests/oracles/run_all.sh

clean: ## remove the environment and everything that was built
	rm -rf $(VENV) reports/*/out .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# Debian splits `ensurepip` off its Python, so the environment is made without pip and the
# outer pip fills it. A stamp newer than pyproject.toml means there is nothing to do.
$(VENV)/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "csi needs Python 3.11 or newer; name one: make PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV) >/dev/null 2>&1 || { \
	  $(PYTHON) -m venv --clear --without-pip $(VENV) && \
	  $(PYTHON) -m pip --python $(VENV)/bin/python install --quiet pip; }

$(VENV)/.installed: pyproject.toml | $(VENV)/bin/pip
	$(BIN)/python -m pip install --quiet --editable '.[zh,examples]'
	@touch $@

$(VENV)/.installed-demo: pyproject.toml | $(VENV)/bin/pip
	$(BIN)/python -m pip install --quiet --editable '.[zh,warehouse]'
	@touch $@

$(VENV)/.installed-dev: pyproject.toml | $(VENV)/bin/pip
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $(VENV)/.installed $(VENV)/.installed-demo $@
