# Two commands: `make run` and `make test`. Each does its own set-up, as root or not, from any path.
PYTHON ?= python3
PORT ?= 8000
PY := .venv/bin/python
# Modules are compiled as they are first imported, and kept; to compile all that is installed takes longer than to install it.
PIP := $(PY) -m pip install --quiet --disable-pip-version-check --no-compile
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test setup setup-test lock check unit browser clean demo-code

run: .venv/run.stamp
	@PORT=$(PORT) $(PY) -m skinproof.cli serve --demo --port $(PORT)

test: .venv/test.stamp
	@$(PY) scripts/test.py

setup: .venv/run.stamp
setup-test: .venv/test.stamp

.venv/bin/python:
	@$(PYTHON) -m venv .venv || { echo "No virtual environment could be made. On Debian: apt-get install python3-venv"; rm -rf .venv; exit 1; }

.venv/run.stamp: requirements/run.txt pyproject.toml | .venv/bin/python
	@$(PIP) --require-hashes -r requirements/run.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/test.stamp: requirements/test.txt .venv/run.stamp
	@$(PIP) --require-hashes -r requirements/test.txt
	@touch $@

# After a change of dependencies in pyproject.toml.
lock: .venv/test.stamp
	@$(PY) scripts/lock.py

clean:
	rm -rf .venv var

# The second-factor code of a demonstration account: make demo-code EMAIL=owner@example.org
EMAIL ?= doctor@example.org
demo-code: .venv/run.stamp
	@$(PY) -m skinproof.cli demo-code $(EMAIL)
