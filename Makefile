# make run            builds crmdav, makes a demo organisation, serves it
# make test           builds and runs the tests, plain and under the sanitizers
# make test-clients   drives Thunderbird, Evolution, vdirsyncer, khal and others against the built server
# make mutants        breaks the rules of the bridge one at a time and tells what no test notices; goes on where it stopped
# make test-long      the clients, the fuzz runs (FUZZ_SECONDS each), the store at its largest, random histories of syncs (HISTORIES),
#                     the load, imports, kill -9 and other bad days
PACKAGES = g++ cmake ninja-build ccache pkg-config libpoco-dev libexpat1-dev libsqlite3-dev libpq-dev libcurl4-openssl-dev libssl-dev libicu-dev \
           zlib1g-dev libqrencode-dev libgtest-dev libgmock-dev ca-certificates tzdata
TEST_PACKAGES = postgresql radicale xandikos chromium fonts-dejavu-core
BENCH_PACKAGES = libbenchmark-dev
FUZZ_PACKAGES = clang libclang-rt-14-dev
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
JOBS ?= $(shell nproc)
FUZZ_SECONDS ?= 600
HISTORIES ?= 20000

# Two trees compile the tests' files alike: once is enough.
export CCACHE_NOHASHDIR = 1

.PHONY: all packages test-packages build run test test-sanitized test-clients mutants test-long bench bench-engines bench-bridge fuzz format clean

all: build

# Installs only what is missing, so that a second run needs no network.
define install
@missing=$$(dpkg-query -W -f='$${db:Status-Status} $${Package}\n' $(1) 2>&1 | awk '$$1 != "installed" { print $$NF }'); \
if [ -n "$$missing" ]; then $(SUDO) apt-get update -qq && \
DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -qq --no-install-recommends $(1); fi
endef

packages:
	$(call install,$(PACKAGES))

# The tests start a PostgreSQL of their own: the package shall make none that runs with every boot.
test-packages: packages
	@[ -e /etc/postgresql-common ] || { $(SUDO) mkdir /etc/postgresql-common && \
	echo 'create_main_cluster = false' | $(SUDO) tee /etc/postgresql-common/createcluster.conf > /dev/null; }
	$(call install,$(TEST_PACKAGES))
	@command -v npm > /dev/null || { $(SUDO) apt-get update -qq && DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -qq --no-install-recommends nodejs npm; }

build: packages
	cmake --preset release
	cmake --build build/release -j $(JOBS)

run: packages
	cmake --preset release
	cmake --build build/release -j $(JOBS) --target crmdav
	build/release/server/crmdav demo --data .demo --serve

test: test-packages build test-sanitized
	ctest --test-dir build/release --output-on-failure -j $(JOBS) -LE sanitized_as_well

test-sanitized: test-packages
	cmake --preset asan
	cmake --build build/asan -j $(JOBS)
	ctest --test-dir build/asan --output-on-failure -j $(JOBS)

test-clients: test-packages build
	tests/clients/run

mutants: packages
	tests/mutants/run --jobs $(JOBS)

test-long: test-clients fuzz
	CRMDAV_TEST_LONG=1 build/release/tests/store_tests --gtest_filter='Scale.*'
	CRMDAV_HISTORIES=$(HISTORIES) build/release/tests/bridge_tests --gtest_filter='Seeds/Convergence.*' --gtest_brief=1
	tests/load/run

bench: packages
	$(call install,$(BENCH_PACKAGES))
	cmake --preset bench
	cmake --build build/bench -j $(JOBS) --target benches
	build/bench/tests/benches

# The same store and the same requests on SQLite and PostgreSQL, in turns: what they cost crmdav.
bench-engines: test-packages build
	python3 -B tests/bench/engines.py

# Runs of the bridge over 25,000 contacts and 10,000 events: time, memory, calls; fails where a limit is broken.
bench-bridge: packages
	cmake --preset release
	cmake --build build/release -j $(JOBS) --target bridge_scale
	build/release/tests/bridge_scale

fuzz: packages
	$(call install,$(FUZZ_PACKAGES))
	cmake --preset fuzz
	cmake --build build/fuzz -j $(JOBS) --target fuzzers
	@for target in build/fuzz/tests/*_fuzz; do \
	  name=$$(basename $$target _fuzz); mkdir -p build/fuzz/found/$$name; \
	  $$target -max_total_time=$(FUZZ_SECONDS) -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
	    build/fuzz/found/$$name tests/fuzz/corpus/$$name || exit 1; done

format:
	git ls-files '*.h' '*.cpp' | xargs clang-format -i

clean:
	rm -rf build .demo
