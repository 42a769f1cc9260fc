# The commands of the project. `make run` and `make test` need Python 3.11 and nothing else.
PORT ?= 8000
PYTHON ?= python3
BIN = .venv/bin
LOCK = uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-emit-find-links --no-header
export PORT
unexport PYTHONDONTWRITEBYTECODE  # without compiled files each process spends seconds on compiling

.PHONY: run test check bench audit pictures libraries lock

# Serves the portal with its real data, for this machine only: installs and loads what changed.
run: export PORTAL_DEMO ?= 1
run: export SITE_URL ?= http://127.0.0.1:$(PORT)
run: export EMBEDDED_WORKER ?= 1
run:
	@$(PYTHON) -m portal.deploy.install requirements.txt $(PORT)
	@exec $(BIN)/python -m portal.deploy.start

# As many processes as cores; TESTS='-m database' and the like choose among the tests.
test: libraries
	@$(BIN)/python -m pytest -n auto --dist loadgroup --no-loadscope-reorder --durations 10 $(TESTS)

# Lint, types, migrations, OpenAPI: all that .ci/run checks beside the tests.
check: libraries
	@sh .ci/check

# Throughput, latency and recall of the citizen's questions over all of France; needs PostgreSQL, wrk.
bench: libraries
	@$(BIN)/python -m benchmarks.recall
	@$(BIN)/python -m benchmarks.run

# Judges the portal with tools of others and writes docs/audit/; ONLY="hours vnu" runs some of them.
audit: libraries
	@$(BIN)/python -m tests.audit $(ONLY)

# Takes the pictures of the documents anew; needs Chromium.
pictures: libraries
	@$(BIN)/python -m tests.audit.pictures

# The libraries of development, in .venv.
libraries:
	@$(PYTHON) -m portal.deploy.install requirements-dev.txt

# Pins every dependency with its hashes; needs uv.
lock:
	$(LOCK) pyproject.toml -o requirements.txt
	$(LOCK) pyproject.toml --extra dev -c requirements.txt -o requirements-dev.txt
