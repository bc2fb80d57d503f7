# The front door: `make` builds build/release/{kept,k,km}. See `make help`.

PREFIX ?= /usr/local
DESTDIR ?=
FUZZ_SECONDS ?= 60
JOBS ?= $(shell nproc)
BUILD = scripts/build -j$(JOBS)

.PHONY: all help deps demo test install uninstall package reproducible bench lint format fuzz tsan debug clean

all: ## build/release/{kept,k,km}
	@scripts/install-deps build
	@$(BUILD) release

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: all ## build, then show what kept does
	@PATH="$(CURDIR)/build/release:$$PATH" scripts/demo

test: ## everything CI runs; ends with one line that sums up
	@JOBS=$(JOBS) scripts/test

install: all ## into $(DESTDIR)$(PREFIX), stripped
	DESTDIR="$(DESTDIR)" cmake --install build/release --prefix "$(PREFIX)" --strip

uninstall: ## remove what `make install` put there
	@test -f build/release/install_manifest.txt || { echo "no install to undo: build/release/install_manifest.txt is missing" >&2; exit 1; }
	sed 's|^|$(DESTDIR)|' build/release/install_manifest.txt | tr '\n' '\0' | xargs -0 rm -f --

package: ## build/package: .deb, static tarball, list of contents
	@scripts/install-deps package
	@JOBS=$(JOBS) scripts/package

reproducible: package ## the packages again from another place: are they the same files?
	@JOBS=$(JOBS) scripts/reproducible

bench: all ## measurements, as ratios
	@scripts/install-deps bench
	@$(BUILD) release benches
	@scripts/bench

lint: ## clang-format, clang-tidy (LINT=all or changed files), layers
	@scripts/install-deps lint
	@scripts/lint $(LINT)

format: ## rewrite the sources with clang-format
	@scripts/install-deps lint
	@scripts/lint --format

fuzz: ## each fuzz target for FUZZ_SECONDS (60)
	@scripts/install-deps fuzz
	@$(BUILD) fuzz fuzzers
	@scripts/fuzz build/fuzz $(FUZZ_SECONDS)

tsan: ## unit tests under the thread sanitizer
	@scripts/install-deps test
	@$(BUILD) tsan unit_tests
	@ctest --test-dir build/tsan -R '^unit-' --output-on-failure

debug: ## build/debug, for a debugger
	@scripts/install-deps build
	@$(BUILD) debug

clean: ## remove build/
	rm -rf build
