# From a clone to a page that answers: make serve. To a passed test suite: make test.
# Needs Python 3.11 or newer with venv; `make PYTHON=/path/to/python3 serve` chooses one.

PYTHON ?=
VENV := .venv
SERVED := $(VENV)/installed
TESTED := $(VENV)/installed-for-tests

.DEFAULT_GOAL := help
.PHONY: help install serve test test-llm check wheel bundle

help:
	@echo 'make serve    install what is missing, then serve the page at http://127.0.0.1:8080'
	@echo 'make test     install what is missing, then run all checks and tests'
	@echo 'make test-llm the tests that need a chat model, with the one at PARKBOT_LLM_BASE_URL'
	@echo 'make install  only install'
	@echo 'make check    the checks and tests, as CI runs them'
	@echo 'make wheel    build dist/parkbot-*.whl'
	@echo 'make bundle   build dist/parkbot-*.tar, which installs without a network'

install: $(SERVED)

serve: $(SERVED)
	@exec $(VENV)/bin/parkbot serve

test check: $(TESTED)
	@scripts/check

test-llm: $(TESTED)
	@$(VENV)/bin/python -m pytest -q -m llm -rs

wheel: $(TESTED)
	@$(VENV)/bin/python -m hatchling build -t wheel

bundle: $(TESTED)
	@scripts/bundle $(VENV)

$(SERVED): pyproject.toml constraints.txt scripts/install
	@PYTHON='$(PYTHON)' scripts/install $(VENV) .
	@touch $@

$(TESTED): pyproject.toml constraints.txt scripts/install
	@PYTHON='$(PYTHON)' scripts/install $(VENV) '.[dev]'
	@touch $@ $(SERVED)
