# `make run` starts the station, `make test` runs every check; each sets up what it needs. `make help` lists the rest.
SHELL := /bin/bash
# The distribution's Python, which a station runs too: it is built with its optimisations, others often are not.
PYTHON ?= $(shell /usr/bin/python3 -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo /usr/bin/python3 || echo python3)
PORT ?= 8080
DATA ?=
RIG ?= simulated
ARGS ?=
SOAK ?= 20000
SUITE ?= trixie
KEY ?=
WHEELS ?=
# Two test processes more than cores, because a third of the tests' time is waiting. A file stays whole, and so do the
# gates, so that what its tests share is made once; tests/conftest.py says which come first.
WORKERS ?= $(if $(ARGS),,-n $$(( $$(nproc) + 2 )) --maxprocesses 4 --dist loadfile --no-loadscope-reorder)

# A virtual environment belongs to one folder and one Python: when either changes it is made anew.
HERE := $(shell { pwd -P; $(PYTHON) -V; $(PYTHON) -c 'import sys; print(sys.executable)'; } 2>&1 | cksum | cut -d' ' -f1)
VENV := .venv
BIN := $(VENV)/bin
MADE := $(VENV)/.made-$(HERE)
READY := $(VENV)/.ready-$(HERE)
READY_TO_TEST := $(VENV)/.ready-to-test-$(HERE)
# Whatever the shell says: what Python has compiled is kept for the next process.
unexport PYTHONDONTWRITEBYTECODE
# pip's warnings are about the machine's own settings: they go to a file that is shown when it fails.
PIP = $(BIN)/pip install --quiet --disable-pip-version-check --no-input
LOG := $(VENV)/pip.log
# The real pigpiod on modelled silicon, where its tools are beside the project: they build it with gcc.
SILICON := $(or $(STATION_PIGPIOD_SIM),../shared/tools/pigpiod-sim)
silicon = if [ -f "$(SILICON)/build.sh" ]; then $(call debian,gcc,gcc libc6-dev dpkg-dev); fi
# Debian's packages, only when the program is not there yet: $(call debian,program,packages)
debian = command -v $(1) >/dev/null 2>&1 || bash .ci/debian-packages $(2)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run install phrases setup setup-test test lint raising mutants bench soak image-test drawings dist release pictures shown film gallery usability languages clean

help: ## list these commands
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/make \1\t\2/p' Makefile | expand -t 18

run: setup ## start the station on the simulated rig; PORT=8080, DATA=folder, RIG=simulated
	@exec $(BIN)/station run --rig $(RIG) --port $(PORT) $(if $(DATA),--data "$(DATA:~/%=$(HOME)/%)")

phrases: ## have espeak-ng speak the ten phrases of the patient's screen, in each language: web_ui/spoken
	@$(call debian,espeak-ng,espeak-ng)
	@$(PYTHON) -m drawings.phrases

install: ## as root, make this computer a station: sudo make install; ARGS="--check" says what differs (docs/install.md)
	@[ -d web_ui/spoken ] || $(MAKE) --no-print-directory phrases || echo "Going on without the spoken phrases."
	@$(PYTHON) systemd/install $(ARGS)

setup: $(READY) ## install what `make run` needs into .venv

setup-test: $(READY_TO_TEST) ## install what `make test` needs: .venv, Debian's chromium, systemd-analyze, gcc and espeak-ng
	@$(call debian,chromium,chromium fonts-dejavu-core)
	@command -v chromium-headless-shell >/dev/null 2>&1 || timeout 120 bash .ci/debian-packages chromium-headless-shell || \
	    echo "Going on with chromium itself, which takes longer."
	@$(call debian,systemd-analyze,systemd)
	@$(call debian,gcc,gcc libc6-dev)
	@$(call debian,espeak-ng,espeak-ng)
	@$(silicon)

# Beside the quick checks, which need one core, the tests are compiled once for all of pytest's processes.
test: setup-test ## run every check, the tests last; ARGS="tests/hw -k nack" to choose
	@$(BIN)/python -m pytest --collect-only -q $(ARGS) >/dev/null 2>&1 & \
	$(MAKE) --no-print-directory lint; linted=$$?; wait; exit $$linted
	@$(BIN)/python -m pytest $(WORKERS) $(ARGS)

lint: $(READY_TO_TEST) ## the quick checks: ruff, mypy, import-linter
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet . || { echo "Some files are not formatted: $(BIN)/ruff format ." >&2; exit 1; }
	@$(BIN)/lint-imports --no-logo & imports=$$!; $(BIN)/mypy && wait $$imports

raising: $(READY_TO_TEST) ## does a test notice when a public function raises? ARGS="--only hw/pi5 --tests tests/hw" to choose
	@$(BIN)/python -m tests.mutating.raise_each $(ARGS)

mutants: $(READY_TO_TEST) ## does a test notice a small change of safety, drive, drills or measures? a sample; ARGS=whole for all
	@nice -n 19 $(BIN)/python -m tests.mutating.mutate_each $(ARGS)

bench: $(READY_TO_TEST) ## the performance figures with a verdict per goal, each against something outside the project
	@$(call debian,cyclictest,rt-tests)
	@$(silicon)
	@$(BIN)/python -m benchmarks $(ARGS)

image-test: setup-test ## install a station into a Debian and boot it: ready, phones, drill, kills, cuts; SUITE=bookworm, as root
	@$(call debian,mmdebstrap,mmdebstrap)
	@STATION_IMAGE_SUITE=$(SUITE) $(BIN)/python -m pytest tests/booted -x -q -n0 $(ARGS)

soak: $(READY_TO_TEST) ## the property tests for hours instead of seconds, and 500 simulated clinics; SOAK=examples
	@STATION_SOAK=$(SOAK) STATION_CLINIC_SEEDS=$${STATION_CLINIC_SEEDS:-0-500} $(BIN)/python -m pytest --hypothesis-profile=soak --timeout=0 -m "not browser" $(ARGS)

drawings: $(READY_TO_TEST) ## make what docs/architecture.md, wiring.md and faults.md show again, from the code
	@$(BIN)/python -m drawings

pictures: setup-test ## photograph a running station's pages, a new one's first screens, an acceptance sheet: docs/pictures/*.png
	@$(BIN)/python -m drawings.pictures
	@PYTHONPATH=systemd $(BIN)/python -m drawings.first_start
	@$(BIN)/python -m drawings.sheet

shown: setup-test ## reports and every page as pictures, axe and the validators of FHIR over a demo: docs/shown.md; ARGS=FOLDER takes that demo
	@$(BIN)/python -m drawings.shown $(ARGS)

film: setup-test ## photograph every drill on the patient's screen, eight frames each, into build/film; ARGS="slalom" for one
	@$(BIN)/python -m drawings.film $(ARGS)

usability: setup-test ## walk the ten critical tasks in a browser, count taps and seconds: docs/usability
	@$(BIN)/python -m drawings.usability

gallery: setup-test ## photograph every page in every state, English, German and pseudo-language, into build/gallery
	@$(BIN)/python -m drawings.gallery $(ARGS)

languages: $(READY_TO_TEST) ## say what waits for a translation, and write it into build/languages; ARGS="--take FILE" takes it in
	@$(BIN)/python -m drawings.languages $(ARGS)

dist: phrases $(READY_TO_TEST) ## build the source archive and the wheel into dist/
	@$(BIN)/python -m drawings.languages --complete
	@$(BIN)/hatchling build

release: phrases $(READY_TO_TEST) ## make the signed archive that stations take: KEY=release.pem WHEELS=wheels (docs/update.md)
	@[ -n "$(KEY)" ] || { echo "Say with which key: make release KEY=release.pem WHEELS=wheels (docs/update.md)." >&2; exit 1; }
	@$(BIN)/python -m drawings.languages --complete
	@$(BIN)/station release . --key "$(KEY)" $(if $(WHEELS),--wheels "$(WHEELS)") --out dist $(ARGS)

clean: ## remove .venv and everything that is made
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(MADE):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "The station needs Python 3.11 or newer; this is $$($(PYTHON) -V). Name another: make PYTHON=python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || bash .ci/debian-packages python3-venv
	@$(PYTHON) -m venv --clear $(VENV)
	@touch $@

$(READY): pyproject.toml | $(MADE)
	@echo "Setting up in $(VENV): a minute or two, the first time."
	@$(PIP) --editable . >$(LOG) 2>&1 || { cat $(LOG) >&2; exit 1; }
	@touch $@

# With all that `make run` needs. Only what is imported is compiled, by the first who imports it.
$(READY_TO_TEST): pyproject.toml | $(MADE)
	@echo "Setting up in $(VENV) what the checks need: a minute or two, the first time."
	@$(PIP) --no-compile --editable '.[dev]' >$(LOG) 2>&1 || { cat $(LOG) >&2; exit 1; }
	@touch $(READY) $@
