# Two commands are enough: `make run` starts Viva with demo interviews, `make test` tests everything.
# `make help` lists the rest. Nothing is downloaded a second time; what was done leaves a stamp in .venv.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.SUFFIXES:
.DELETE_ON_ERROR:

VENV := .venv
PYTHON := $(VENV)/bin/python
PIP := $(PYTHON) -m pip --disable-pip-version-check
NPM_TREE := tests/browser/node_modules/.package-lock.json

# Kept beside the code unless you say otherwise; every VIVA_* variable is honoured (docs/settings.md).
export VIVA_DATA_DIR ?= $(CURDIR)/var
# The mediapipe and matplotlib that come along must not write into the home folder's configuration.
export MPLCONFIGDIR ?= $(CURDIR)/$(VENV)/matplotlib

.PHONY: help run test check check-style check-types check-scripts format lock bench screenshots models browser-tools clean

help: ## list the commands
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: $(VENV)/.for-running ## install what is missing, start the server, print demo links
	@sh deploy/system_packages.sh run
	@$(VENV)/bin/viva models
	@exec $(VENV)/bin/viva serve --demo

# First whole interviews, one after another: people speak in real time and want both cores. Then everything
# else, side by side. The recipe ends with the first of the two that fails.
test: $(VENV)/.for-testing browser-tools ## every test, the browser's included; some: make test TESTS=tests/scoring
	@sh deploy/system_packages.sh test
	@$(VENV)/bin/viva models
	@$(PYTHON) -m tests.media
ifdef TESTS
	$(PYTHON) -m pytest $(TESTS)
else
	$(PYTHON) -m pytest -m alone
	$(PYTHON) -m pytest -m "not alone" --numprocesses logical --maxprocesses 4 --dist worksteal
endif

check: check-style check-types check-scripts ## style, types and walls of Python; types of JavaScript where node is present

check-style: $(VENV)/.for-testing
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/lint-imports

check-types: $(VENV)/.for-testing
	$(VENV)/bin/mypy

check-scripts:
	@if command -v npm >/dev/null 2>&1; then \
		$(MAKE) --no-print-directory browser-tools && npm --prefix tests/browser run --silent types; \
	else \
		echo "node is not here: JavaScript's types are not checked"; \
	fi

format: $(VENV)/.for-testing ## bring Python into the house's style
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

BENCH ?= interviews --sessions 1 --duration 60
bench: $(VENV)/.for-testing ## one benchmark: make bench BENCH="interviews --sessions 4"
	@$(VENV)/bin/viva models
	@$(PYTHON) -m tests.media
	$(PYTHON) -m loadtest $(BENCH)

screenshots: $(VENV)/.for-testing browser-tools ## pictures of every page, both languages and themes, into docs/images/pages; the README's into docs/images
	@sh deploy/system_packages.sh test
	@$(VENV)/bin/viva models
	@$(PYTHON) -m tests.media
	$(PYTHON) -m tests.browser.candidate.pictures docs/images/pages/candidate
	$(PYTHON) -m tests.browser.interviewer.pictures docs/images/pages/interviewer
	$(PYTHON) -m tests.browser.whole.pictures docs/images

models: $(VENV)/.for-running ## install the models
	$(VENV)/bin/viva models

lock: ## write the locks anew from pyproject.toml
	@test -x build/lock/bin/uv || { $$(sh deploy/find_python.sh) -m venv build/lock && build/lock/bin/pip -q install uv; }
	build/lock/bin/uv pip compile $(LOCK) --extra piper pyproject.toml -o requirements.lock
	build/lock/bin/uv pip compile $(LOCK) --extra piper --group dev pyproject.toml -o requirements-dev.lock
	echo 'setuptools>=77' | build/lock/bin/uv pip compile $(LOCK) - -o requirements-build.lock

clean: ## remove the environment and everything made, but neither data nor models
	rm -rf $(VENV) build tests/browser/node_modules

LOCK := --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header

# --- What the commands stand on --------------------------------------------------------------

$(VENV)/pyvenv.cfg:
	@python="$$(sh deploy/find_python.sh)" && echo "Making $(VENV) with $$python" && "$$python" -m venv $(VENV)

$(VENV)/.for-running: $(VENV)/pyvenv.cfg requirements.lock requirements-build.lock pyproject.toml
	@echo "Installing the libraries Viva is pinned to (once; some minutes, about 1 GB on disk)"
	@$(PIP) install --quiet --progress-bar on --require-hashes -r requirements.lock -r requirements-build.lock
	@$(PIP) install --quiet --no-deps --no-build-isolation --no-index --editable .
	@touch $@

# All of the above as well, in one go; what is never imported is not compiled.
$(VENV)/.for-testing: $(VENV)/pyvenv.cfg requirements-dev.lock requirements-build.lock pyproject.toml
	@echo "Installing the libraries Viva is pinned to and the tools for testing (once; about 1.5 GB on disk)"
	@$(PIP) install --quiet --no-compile --no-deps --require-hashes -r requirements-dev.lock -r requirements-build.lock
	@$(PIP) install --quiet --no-deps --no-build-isolation --no-index --editable .
	@touch $(VENV)/.for-running $@

browser-tools:
	@if command -v npm >/dev/null 2>&1; then $(MAKE) --silent $(NPM_TREE); fi

$(NPM_TREE): tests/browser/package.json tests/browser/package-lock.json
	@npm --prefix tests/browser ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@
