# The commands a newcomer needs. Everything is installed into .venv; nothing else is touched.
PYTHON ?= python3
BIN := .venv/bin
RUNTIME := .venv/.runtime
DEV := .venv/.dev
NODE := editors/vscode/node_modules/.package-lock.json
# Two workers on two cores; tests compile C, so more would only queue.
JOBS ?= 2
# Neighbours in one worker share what they built; a worker without tests takes others'.
SPREAD := -n $(JOBS) --dist worksteal

.PHONY: demo test test-full lint format bench sizes costs docs vscode test-editors pictures clean

demo: $(RUNTIME) ## compile the speech example and run it on a spoken word
	@tools/demo $(BIN)

test: $(DEV) ## install what the tests need, then run them all
	@tools/install-tools
	@$(MAKE) --no-print-directory $(NODE) || [ "$$CI" != true ]
	@[ "$$CI" != true ] || tools/install-editors
	@$(MAKE) --no-print-directory lint
	$(BIN)/python -m pytest $(SPREAD) -m "not full"

test-full: $(DEV) ## every model, compiler and sanitizer; may take an hour
	@tools/install-tools
	$(BIN)/python -m pytest $(SPREAD)

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

bench: $(DEV) ## count the reference models on the emulated cores, and time compiler and server
	@tools/install-tools
	$(BIN)/python benchmarks/bench.py
	$(BIN)/python benchmarks/host.py
	$(BIN)/python benchmarks/speed.py

sizes: $(DEV) ## measure code and stack of every kernel on every core
	@tools/install-tools
	$(BIN)/python benchmarks/measure_kernels.py

costs: $(DEV) ## fit the time of every kernel on every core; takes minutes a core
	@tools/install-tools
	$(BIN)/python benchmarks/fit_costs.py

docs: $(DEV) ## write the generated pages of docs/
	$(BIN)/python docs/generate.py

vscode: $(NODE) ## write editors/vscode/dist/mflow.vsix, the extension of VS Code
	@tools/npm run -s package

test-editors: $(NODE) ## run the extension in code-server, which is installed first, and the other editors
	@tools/install-editors
	$(BIN)/python -m pytest tests/editors

pictures: $(NODE) ## play the tutorial in code-server and write the pictures of docs/img
	@tools/install-editors
	$(BIN)/python -m tests.editors.playing

clean: ## remove what the other commands made
	rm -rf .venv build dist *.egg-info examples/*/gen editors/vscode/dist editors/vscode/node_modules

$(RUNTIME): pyproject.toml
	@tools/make-venv $(PYTHON) .venv
	$(BIN)/pip install -q -e .
	@touch $@

$(DEV): pyproject.toml
	@tools/make-venv $(PYTHON) .venv
	$(BIN)/pip install -q -e '.[dev]'
	@touch $@ $(RUNTIME)

$(NODE): editors/vscode/package-lock.json | $(DEV)
	@tools/npm ci
	@touch $@
