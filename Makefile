# Each target sets up what it needs on a fresh machine: Python 3.11 or newer and make.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test test-cluster bench lint lock screenshot clean

run: .venv/run.stamp
	@echo "The command line is there as well, in another terminal: $(BIN)/seq2seq"
	$(BIN)/python app.py

test: lint
	$(BIN)/python tests/e2e/browser.py
	$(BIN)/pytest

# two trainings on two nodes of a real Ray cluster on this machine, and a sweep: two minutes that not every commit waits for
test-cluster: .venv/test.stamp
	$(BIN)/pip install --quiet --editable '.[test,ray]' --constraint requirements.lock
	$(BIN)/pytest -m slow

lint: .venv/test.stamp
	@rm -f seq2seq_ui/components/*.pyi seq2seq_ui/components/*/*.pyi  # Gradio writes these when the app runs; mypy would read them instead
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/oxlint --deny-warnings seq2seq_ui

bench: .venv/bench.stamp
	$(BIN)/python benchmarks/decode.py
	$(BIN)/python benchmarks/training.py
	$(BIN)/python benchmarks/evaluation.py
	$(BIN)/python benchmarks/startup.py
	$(BIN)/python benchmarks/page.py
	$(BIN)/python benchmarks/sessions.py
	$(BIN)/python benchmarks/threads.py
	$(BIN)/python benchmarks/load.py
	$(BIN)/python benchmarks/live_training.py

screenshot: .venv/test.stamp
	$(BIN)/python tests/e2e/browser.py
	$(BIN)/python tests/e2e/screenshot.py

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11 …")'
	$(PYTHON) -m venv .venv

.venv/run.stamp: .venv/bin/python pyproject.toml
	$(BIN)/pip install --quiet --editable .
	@touch $@

.venv/test.stamp: .venv/bin/python pyproject.toml requirements.lock
	$(BIN)/pip install --quiet --editable '.[test]' --constraint requirements.lock
	@touch $@

# one version of each package for every platform, where pyproject.toml has ranges; what is pinned stays where it can
lock: .venv/bin/python
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --extra test --extra ray --universal --python-version 3.11 --quiet \
		--no-header --no-annotate --no-emit-index-url --output-file requirements.lock

.venv/bench.stamp: .venv/bin/python pyproject.toml
	$(BIN)/pip install --quiet --editable '.[bench]'
	@touch $@

clean:
	rm -rf .venv .pytest_cache .ruff_cache .mypy_cache .hypothesis
