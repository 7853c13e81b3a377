# What one does with Proeftuin. `make` alone shows the list; .ci/prepare installs what is missing, once.

PYTHON := .venv/bin/python
BIN := .venv/bin
export UV_SYSTEM_CERTS := 1
# Where it is set, each start compiles every module anew, and tests start the house hundreds of times.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help serve lint fast check test bench relevance prove lock messages vendor bom pictures

help: ## Show this list.
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

serve: ## Run everything with example content on http://127.0.0.1:8000 (PORT=9000 moves it).
	@.ci/prepare serve
	@exec $(PYTHON) -m app serve --examples $(if $(PORT),--port $(PORT))

lint: ## Form, types and the order of the rooms.
	@.ci/prepare check
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/hadolint Dockerfile

fast: ## The tests that take no time.
	@.ci/prepare check
	$(PYTHON) -m pytest -q -n 2 --dist worksteal -m "not whole and not slow and not browser and not postgres and not engine"

check: lint fast ## Everything that should be true before each commit, in a minute.

test: ## Every test. Installs Chromium and the like when run as root on Debian, else skips with a sentence.
	@.ci/prepare test
	$(PYTHON) -m pytest -q -n 2 --dist worksteal --databases=both

bench: ## How many requests a second, and how long they take (needs wrk).
	@.ci/prepare serve
	$(PYTHON) -m tests.bench

relevance: ## How well the search answers questions, beside what engines do by themselves (after `make serve`).
	@.ci/prepare check
	$(PYTHON) -m app relevance
	$(PYTHON) -m tests.search.measure

prove: ## Every test at full counts; the figures go to docs/proofs/.
	@.ci/prepare test
	PROOF=full $(PYTHON) .ci/prove.py

COMPILE = $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header -p 3.11 $(if $(UPGRADE),--upgrade)

lock: ## Pin all packages anew (UPGRADE=1 takes the newest).
	@.ci/prepare check
	$(COMPILE) --group test --group check pyproject.toml -o requirements/test.txt
	$(COMPILE) pyproject.toml -c requirements/test.txt -o requirements/serve.txt
	$(COMPILE) --no-annotate requirements/uv.in -o requirements/uv.txt
	$(COMPILE) --no-annotate requirements/node.in -o requirements/node.txt
	@! grep -nE 'https?://' requirements/*.txt || { echo "a lock names a registry"; exit 1; }

messages: ## Collect the texts of code and templates into the Dutch catalogue.
	@.ci/prepare check
	@mkdir -p .cache
	$(BIN)/pybabel -q extract -F pyproject.toml --no-location --sort-output -o .cache/messages.pot .
	$(BIN)/pybabel -q update -i .cache/messages.pot -d app/locale -l nl --no-fuzzy-matching --no-wrap
	@sed -i '$${/^$$/d;}' app/locale/nl/LC_MESSAGES/messages.po # it ends with an empty line otherwise

vendor: ## Fetch the browser code of others anew, as each vendor.json pins it.
	$(PYTHON) .ci/vendor.py

bom: ## Write the bill of materials (CycloneDX) to bom.json.
	$(PYTHON) .ci/bom.py > bom.json

pictures: ## Make the pictures in docs/pictures from the running product.
	@.ci/prepare test
	$(PYTHON) .ci/pictures.py
