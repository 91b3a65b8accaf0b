# relevo: `make` alone says what there is.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PEERS  := .venv-peers

.DEFAULT_GOAL := help
.PHONY: help setup demo test check bench docs clean

help: ## say what each target does
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

setup: $(VENV)/.ready ## create .venv with relevo and all that the demo and the tests need

$(VENV)/.ready: pyproject.toml constraints.txt Makefile
	@echo "setup: creating $(VENV) and installing relevo with its pinned dependencies"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[excel,postgres,pandas]' --group dev
	@touch $@
	@echo "setup: done"
