# Two commands are enough: make run, make test. Both set up .venv first and lose no time when it is up to date.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: env run test torture bench dev
.DEFAULT_GOAL := run

env: ## set up .venv from the lock files
	@$(PYTHON) scripts/bootstrap.py

run: env ## materialise every asset on the configured sources and print what was made
	@$(BIN)/python -m pipeline.definitions

test: env ## lint, types and tests
	@$(PYTHON) scripts/bootstrap.py validators browser
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/pytest --numprocesses auto --dist worksteal

torture: env ## the long form of every reliability test, and one table of what was tried and what failed
	@TORTURE=10000 $(BIN)/pytest -m reliability --numprocesses auto --dist worksteal

bench: env ## sentences and articles a second, growth with the input, memory, others side by side
	@$(PYTHON) scripts/bootstrap.py rivals
	@$(BIN)/python -m benchmarks.speed
	@$(BIN)/python -m benchmarks.scale
	@$(BIN)/python -m benchmarks.resolve

dev: env ## open the Dagster UI on http://127.0.0.1:3000, with the daemon that runs schedule and sensor
	@$(BIN)/python -m pipeline.defs.deployment
