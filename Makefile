# Two commands do all set-up: `make demo` and `make test`.

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' \
	>/dev/null 2>&1 && { command -v $$p; break; }; done)
BIN := .venv/bin
# One test process more than cores: with one for each, an eighth of the processor time was idle.
PARALLEL ?= $(shell expr $$(getconf _NPROCESSORS_ONLN || echo 1) + 1)
SECONDS ?= 600
READY := .venv/.ready
OTHER_NUMPY := .venv/other_numpy
HOMEWORK ?= hw4
SANDBOX ?= full
HOMEWORKS := $(notdir $(patsubst %/,%,$(dir $(wildcard source/*/assignment.toml))))

.PHONY: setup demo test test-long lint bench fuzz release points docs lock clean

setup: $(READY)

demo: $(READY)
	@$(BIN)/autograder demo --assignment $(HOMEWORK) --sandbox=$(SANDBOX)

PYTEST := $(BIN)/pytest -n $(PARALLEL) --dist loadfile --no-loadscope-reorder -q

test: $(READY) $(OTHER_NUMPY)
	@$(PYTEST) -m 'not long'

# What takes minutes for a few rules: killed runs, clusters, four browsers, stock nbgrader, odd environments, training.
test-long: $(READY)
	@$(PYTEST) -m long

lint: $(READY)
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports && \
		for name in $(HOMEWORKS); do $(BIN)/autograder release --check --assignment $$name || exit; done

bench: $(READY)
	@$(BIN)/python bench/mutation.py && $(BIN)/python bench/seeds.py && $(BIN)/python bench/grading.py && \
		$(BIN)/python bench/gan_training.py && $(BIN)/python bench/word2vec_training.py

fuzz: $(READY)
	@$(BIN)/python tests/fuzz_run.py --seconds $(SECONDS)

release: $(READY)
	@for name in $(HOMEWORKS); do $(BIN)/autograder release --assignment $$name || exit; done

# The points that formulas of students are compared at; only when autograder/assignments/hw4/formula_points.py changes.
points: $(READY)
	@$(BIN)/python -m autograder.assignments.hw4.formula_points

$(READY): pyproject.toml requirements.lock
	@test -n "$(PYTHON)" || { echo "No Python 3.11 to 3.13 with the venv module was found. Install one (on Debian and Ubuntu also its python3-venv package), or name it: make PYTHON=/path/to/python3"; exit 2; }
	@echo "Setting up .venv with $(PYTHON); the first time takes a minute or two."
	@rm -rf .venv
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@mkdir -p .venv/etc/jupyter/jupyter_server_config.d && \
		cp autograder/desk/jupyter_server_config.d/autograder.json .venv/etc/jupyter/jupyter_server_config.d/
	@touch $(READY)

# A second NumPy, for tests/test_second_numpy.py: the one of Colab, or the first for Python 3.13.
$(OTHER_NUMPY): $(READY)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --only-binary :all: --no-deps --upgrade \
		--target $(OTHER_NUMPY) "numpy==2.0.2; python_version < '3.13'" "numpy==2.1.3; python_version >= '3.13'" \
		&& touch $(OTHER_NUMPY) || echo "The package index cannot be reached: the tests with a second NumPy will skip."

# Needs uv; writes pins with hashes for every supported Python and platform, and no index address.
lock:
	uv pip compile --universal --generate-hashes --python-version 3.11 --extra dev pyproject.toml \
		-o requirements.lock --no-annotate --no-header --quiet

clean:
	rm -rf .venv demo

docs: $(READY)
	@$(BIN)/python -m autograder.grading.check_table > docs/checks.md
