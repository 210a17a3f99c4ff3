# Build, test, measure, install: one command each. CI runs `make test`.
#
# The tests run optimised, against the build that `make` makes, so nothing is
# compiled twice: hence -enable-testing everywhere. docs/decisions/003-one-build.md

SWIFT ?= swift
PREFIX ?= /usr/local
TARGET := x86_64-linux-musl

BUILD := .build
BIN := $(BUILD)/release
FLAGS := -c release -Xswiftc -enable-testing

SWIFT_FILES := Sources Tests Plugins Package.swift
C_FILES = $(shell find runtime-c examples benchmarks -name '*.[ch]' -o -name '*.cpp')
CLANG_FORMAT = $(firstword $(shell command -v clang-format-19 clang-format))

.NOTPARALLEL:
.PHONY: all build setup demo test runtime-test swift-test conformance wasi-testsuite fuzz bench bench-startup bench-io format lint install clean

all: build

# Everything but the tests.
build: setup
	$(SWIFT) build $(FLAGS)

# What the compiler needs of Debian; installs it as root, names it otherwise.
setup:
	@scripts/setup.sh build

# Compiles the bundled example and compares it with the same C compiled natively.
demo:
	@scripts/setup.sh demo
	$(SWIFT) build $(FLAGS)
	@scripts/demo.sh $(BIN)/apus $(BUILD)/demo

# Every test there is, formatting first.
test:
	@scripts/setup.sh test
	$(MAKE) lint
	$(MAKE) runtime-test
	$(MAKE) swift-test
	$(MAKE) fuzz

runtime-test:
	$(MAKE) -C runtime-c OUT=$(abspath $(BUILD)/runtime-test) test

swift-test:
	$(SWIFT) build $(FLAGS) --build-tests
	@scripts/swift-test.sh $(BUILD)/swift-test.log $(SWIFT) test $(FLAGS) --skip-build

# The official test suite at -O2, at -O0 and with --strict, as a table. `make test` runs it as well.
CONFORMANCE_SUITE ?= $(or $(APUS_SHARED),../shared)/spec-testsuite
conformance: build
	@scripts/conformance.sh $(BIN)/apus $(CONFORMANCE_SUITE)

# WASI's own test suite, with openat2 and without it, as a table. `make test` runs it as well.
WASI_TESTSUITE ?= $(or $(APUS_SHARED),../shared)/wasi-testsuite
wasi-testsuite: build
	@scripts/wasi-testsuite.py $(BIN)/apus $(WASI_TESTSUITE)

# Random modules at -O0 and -O2 next to wasmtime and V8: N modules, from seed SEED on.
N ?= 2000
SEED ?= 1
fuzz:
	@scripts/setup.sh test
	$(SWIFT) build $(FLAGS)
	$(BUILD)/venv/bin/python fuzz/differential.py --count $(N) --seed $(SEED)

# The core suite on ENGINES, RUNS runs of each, and a page that shows it.
ENGINES ?= native,apus
RUNS ?= 6
BENCH := $(BUILD)/bench
bench:
	@scripts/setup.sh test
	$(SWIFT) build $(FLAGS)
	@mkdir -p $(BENCH) && rm -f $(BENCH)/results.json
	@$(BIN)/apus bench --suite benchmarks/core.toml --engine $(ENGINES) --runs $(RUNS) \
	  -o $(BENCH)/results.json; status=$$?; \
	$(BIN)/apus bench report $(BENCH)/results.json -o $(BENCH)/report.html && \
	$(BIN)/apus bench report $(BENCH)/results.json --format svg -o $(BENCH)/chart.svg && \
	echo "$(BENCH)/report.html $(BENCH)/chart.svg" && exit $$status

# From exec to exit, next to a static C program on musl: 500 starts of each.
bench-startup:
	@scripts/setup.sh demo
	$(SWIFT) build $(FLAGS)
	@benchmarks/startup/run.sh $(BIN)/apus $(BUILD)/bench-startup

# 1 GiB through fd_read and fd_write, next to native read and write: 12 runs of each.
bench-io:
	@scripts/setup.sh demo
	$(SWIFT) build $(FLAGS)
	@benchmarks/io/run.sh $(BIN)/apus $(BUILD)/bench-io

format:
	$(SWIFT) format -i -r $(SWIFT_FILES)
	$(if $(CLANG_FORMAT),$(CLANG_FORMAT) -i $(C_FILES))

lint:
	$(SWIFT) format lint -s -r $(SWIFT_FILES)
	$(if $(CLANG_FORMAT),$(CLANG_FORMAT) --dry-run -Werror $(C_FILES))

# A build of its own that needs no Swift installation to run.
INSTALL_BUILD := $(BUILD)/install
LIBRARIES := libapusrt.a libbuiltins.a libc.a rcrt1.o crti.o crtn.o
DESTINATION = $(DESTDIR)$(PREFIX)
install: setup
	$(SWIFT) build -c release --static-swift-stdlib --scratch-path $(INSTALL_BUILD) \
	  -Xlinker -s --product apus
	$(SWIFT) build -c release --static-swift-stdlib --scratch-path $(INSTALL_BUILD) \
	  -Xlinker -s --product apus-codegen
	install -d $(DESTINATION)/bin $(DESTINATION)/lib/apus/$(TARGET)
	install $(INSTALL_BUILD)/release/apus $(DESTINATION)/bin/apus
	install $(INSTALL_BUILD)/release/apus-codegen $(DESTINATION)/lib/apus/apus-codegen
	install -d $(DESTINATION)/share/apus/engines/drivers
	install -m 644 benchmarks/engines/*.toml $(DESTINATION)/share/apus/engines
	install -m 644 benchmarks/engines/drivers/* $(DESTINATION)/share/apus/engines/drivers
	install -m 644 $(addprefix $(INSTALL_BUILD)/lib/apus/$(TARGET)/,$(LIBRARIES)) \
	  $(DESTINATION)/lib/apus/$(TARGET)

clean:
	rm -rf $(BUILD)
