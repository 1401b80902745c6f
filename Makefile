# One command each; every target does its own set-up, and does it once.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
DOMAIN ?= 2
OUT    ?= out
PORT   ?= 8000
# Bytecode of all packages, so that the first run is as quick as the next; --no-compile installs sooner.
COMPILE ?= --compile
READY  := $(VENV)/.ready
DEV    := $(VENV)/.ready-dev
# uv, where there is one, installs the same locked packages in seconds; --no-config: it has no say in what is locked.
UV     := $(shell command -v uv 2> /dev/null)
ifneq ($(UV),)
PIP    := $(UV) pip install --quiet --no-config --python $(BIN)/python --require-hashes $(COMPILE)
else
PIP    := $(BIN)/python -m pip install --disable-pip-version-check --quiet --require-hashes $(COMPILE)
endif
PIP_LOCAL := $(BIN)/python -m pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation

.PHONY: research live-demo serve packages test lint format bench eval vectors lock wheel clean help

help:  ## what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

research: $(READY)  ## produce a domain's prompt and bibliography (DOMAIN=2, DOMAIN=all)
	@$(BIN)/research-agent research $(DOMAIN) --out $(OUT)

live-demo: $(READY)  ## search live sources at stand-ins on this machine, one of them down
	@$(BIN)/python -m stand_ins.demo --domain $(DOMAIN) --out $(OUT)/live-demo

serve: $(READY)  ## serve REST and MCP on this machine (PORT=8000)
	@$(BIN)/research-agent serve --port $(PORT)

packages: $(DEV)  ## install what the tests and linters need

test: $(DEV)  ## run the tests
	@$(BIN)/python -m pytest

lint: $(DEV)  ## ruff, mypy strict, import contracts, corpus
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/research-agent corpus check --strict

format: $(DEV)  ## let ruff format and mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(DEV)  ## measure speed and memory, as medians and ratios
	@$(BIN)/python -m benchmarks

eval: $(DEV)  ## measure how good the output is (SUITES="radar annotations")
	@$(BIN)/research-agent eval $(SUITES)

vectors: $(READY)  ## recompute the corpus's shipped vectors and its report
	@$(BIN)/research-agent corpus embed
	@$(BIN)/research-agent corpus report > docs/corpus-report.md

wheel: $(DEV)  ## build the wheel into dist/
	@$(BIN)/python -m hatchling build -t wheel

lock:  ## re-resolve both lock files (needs uv)
	uv pip compile pyproject.toml --group build --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --upgrade -o requirements.lock
	uv pip compile pyproject.toml --group dev --extra tokens --extra eval --extra claude --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header -c requirements.lock -o requirements-dev.lock

clean:  ## remove the environment and what was built
	rm -rf $(VENV) dist out

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(READY): requirements.lock pyproject.toml | $(BIN)/python
	@echo "Setting up $(VENV) (once; about 600 MB of packages)"
	@$(PIP) -r requirements.lock
	@$(PIP_LOCAL) -e .
	@$(BIN)/python -m compileall -q src
	@touch $@

$(DEV): requirements-dev.lock $(READY)
	@$(PIP) -r requirements-dev.lock
	@touch $@
