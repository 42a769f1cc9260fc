# The commands of the project. `make run` and `make test` need Python 3.11 and nothing else.
PORT ?= 8000
PYTHON ?= python3
BIN = .venv/bin
LOCK = uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-emit-find-links --no-header
export PORT

.PHONY: run test check bench audit pictures lock

# Serves the portal with its real data, for this machine only.
run: export PORTAL_DEMO ?= 1
run: export SITE_URL ?= http://127.0.0.1:$(PORT)
run: export EMBEDDED_WORKER ?= 1
run: var/installed var/collected
	@$(BIN)/python manage.py setup_demo
	@exec $(BIN)/gunicorn -c python:portal.deploy.server portal.wsgi

test: var/installed-dev
	@$(BIN)/python -m pytest

# Lint, types, migrations, OpenAPI: all that .ci/run checks beside the tests.
check: var/installed-dev
	@sh .ci/check

# Throughput, latency and recall of the citizen's questions over all of France; needs PostgreSQL, wrk.
bench: var/installed-dev var/collected
	@$(BIN)/python -m benchmarks.recall
	@$(BIN)/python -m benchmarks.run

# Judges the portal with tools of others and writes docs/audit/; ONLY="hours vnu" runs some of them.
audit: var/installed-dev
	@$(BIN)/python -m tests.audit $(ONLY)

# Takes the pictures of the documents anew; needs Chromium.
pictures: var/installed-dev
	@$(BIN)/python -m tests.audit.pictures

# Pins every dependency with its hashes; needs uv.
lock:
	$(LOCK) pyproject.toml -o requirements.txt
	$(LOCK) pyproject.toml --extra dev -c requirements.txt -o requirements-dev.txt

var/collected: var/installed $(shell find static -type f)
	@$(BIN)/python manage.py collectstatic --no-input --verbosity 0
	@touch $@

var/installed: requirements.txt
	@echo "Installation des bibliothèques…"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@mkdir -p var && touch $@

var/installed-dev: requirements-dev.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@mkdir -p var && touch $@
