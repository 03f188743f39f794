# A thin front over Meson. Everything is built in BUILD; nothing outside it and nothing but PREFIX is written to.
#
#   make                     build (and first install what is missing, see scripts/setup)
#   make demo [KEEP=1]       mount a container and work in it
#   make test                every test; ends with `N passed, N failed`
#   make test SUITE=unit     one suite    make test SANITIZE=address,undefined    an instrumented build
#   make bench [QUICK=1] [DOC=1]   measure beside the plain directory and a peer; DOC=1: into doc/performance.md
#   make format              put the C sources into the form that make lint asks for
#   make lint                formatting, static analysis, warnings as errors with gcc and clang
#   make install PREFIX=DIR [DESTDIR=DIR]
#   make clean

PREFIX ?= /usr/local
SANITIZE ?=
comma := ,
BUILD ?= $(if $(SANITIZE),build-$(subst $(comma),-,$(SANITIZE)),build)
MESON = meson
MESON_ARGS = --prefix=$(abspath $(PREFIX)) --libdir=lib $(if $(SANITIZE),-Db_sanitize=$(SANITIZE) -Db_lundef=false)
# First what Meson says when a meson.build has changed, which is of interest only if it fails; then the build.
NINJA = { ninja -C $(BUILD) build.ninja >$(BUILD)/setup.log 2>&1 || { cat $(BUILD)/setup.log; exit 1; }; } && \
	ninja --quiet -C $(BUILD) | sed '/no work to do/d'
SHELL = /bin/bash
.SHELLFLAGS = -o pipefail -c

.DELETE_ON_ERROR:
.PHONY: all demo test bench format lint install clean help

all: $(BUILD)/build.ninja
	@$(NINJA)
	@echo "built in $(BUILD)/: next, try 'make demo'"

$(BUILD)/build.ninja:
	@scripts/setup
	@mkdir -p $(BUILD)
	@$(MESON) setup $(BUILD) $(MESON_ARGS) >$(BUILD)/setup.log 2>&1 || { cat $(BUILD)/setup.log; exit 1; }

demo:
	@scripts/setup --demo
	@$(MAKE) -s --no-print-directory $(BUILD)/build.ninja
	@$(NINJA)
	@BUILD=$(abspath $(BUILD)) KEEP=$(KEEP) scripts/demo

test:
	@scripts/setup --test
	@$(MAKE) -s --no-print-directory $(BUILD)/build.ninja
	@scripts/test --build=$(BUILD) $(if $(SUITE),--suite=$(SUITE)) $(if $(SANITIZE),--only)

bench:
	@scripts/setup --bench
	@$(MAKE) -s --no-print-directory $(BUILD)/build.ninja
	@$(NINJA)
	@BUILD=$(abspath $(BUILD)) QUICK=$(QUICK) DOC=$(DOC) bench/run

format:
	@git ls-files '*.c' '*.h' | xargs clang-format -i

lint:
	@scripts/setup --lint
	@scripts/lint

# The prefix is written into pkg-config files and man page paths, so a change of it is a reconfiguration.
install: $(BUILD)/build.ninja
	@$(MESON) setup --reconfigure $(BUILD) -Dprefix=$(abspath $(PREFIX)) -Dlibdir=lib >$(BUILD)/setup.log 2>&1 || \
		{ cat $(BUILD)/setup.log; exit 1; }
	@$(NINJA)
	@$(MESON) install --no-rebuild --quiet -C $(BUILD)
	@echo "installed in $(DESTDIR)$(abspath $(PREFIX))"

clean:
	@if grep -qF " $(CURDIR)/build" /proc/self/mounts; then \
		echo "something is mounted below $(CURDIR)/build: unmount it first (make demo KEEP=1 says how)" >&2; exit 1; fi
	@rm -rf build build-*

help:
	@sed -n '/^#   /s/^#   //p' Makefile
