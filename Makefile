# The commands a newcomer needs. Everything is installed into .venv; nothing else is touched.
PYTHON ?= python3
BIN := .venv/bin
RUNTIME := .venv/.runtime
DEV := .venv/.dev
# Two workers on two cores; tests compile C, so more would only queue.
JOBS ?= 2

.PHONY: demo test test-full lint format bench sizes costs docs clean

demo: $(RUNTIME) ## compile the speech example and run it on a spoken word
	@tools/demo $(BIN)

test: $(DEV) ## install what the tests need, then run them all
	@tools/install-tools
	@$(MAKE) --no-print-directory lint
	$(BIN)/python -m pytest -n $(JOBS) -m "not full"

test-full: $(DEV) ## every model, compiler and sanitizer; may take an hour
	@tools/install-tools
	$(BIN)/python -m pytest -n $(JOBS)

lint: $(DEV) ## formatting, types and layers
	$(BIN)/ruff format --check -q .
	$(BIN)/ruff check -q .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo --no-cache
	@tools/format-c --check

format: $(DEV) ## format Python and C
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	@tools/format-c

bench: $(DEV) ## count the reference models on the emulated cores
	@tools/install-tools
	$(BIN)/python benchmarks/bench.py

sizes: $(DEV) ## measure code and stack of every kernel on every core
	@tools/install-tools
	$(BIN)/python benchmarks/measure_kernels.py

costs: $(DEV) ## fit the time of every kernel on every core; takes minutes a core
	@tools/install-tools
	$(BIN)/python benchmarks/fit_costs.py

docs: $(DEV) ## write the generated pages of docs/
	$(BIN)/python docs/generate.py

clean: ## remove what the other commands made
	rm -rf .venv build dist *.egg-info examples/*/gen

$(RUNTIME): pyproject.toml
	@tools/make-venv $(PYTHON) .venv
	$(BIN)/pip install -q -e .
	@touch $@

$(DEV): pyproject.toml
	@tools/make-venv $(PYTHON) .venv
	$(BIN)/pip install -q -e '.[dev]'
	@touch $@ $(RUNTIME)
