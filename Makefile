# make run    builds crmdav, makes a demo organisation, serves it
# make test   builds and runs every test
PACKAGES = g++ cmake ninja-build ccache pkg-config libpoco-dev libical-dev libsqlite3-dev libssl-dev libicu-dev \
           zlib1g-dev libgtest-dev libgmock-dev tzdata
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
BUILD ?= release
JOBS ?= $(shell nproc)

.PHONY: all packages build run test format clean

all: build

# Installs only what is missing, so that a second run needs no network.
packages:
	@missing=$$(dpkg-query -W -f='$${db:Status-Status} $${Package}\n' $(PACKAGES) 2>&1 | awk '$$1 != "installed" { print $$NF }'); \
	if [ -n "$$missing" ]; then $(SUDO) apt-get update -qq && DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -qq --no-install-recommends $(PACKAGES); fi

build/$(BUILD)/build.ninja: packages
	cmake --preset $(BUILD)

build: build/$(BUILD)/build.ninja
	cmake --build build/$(BUILD) -j $(JOBS)

run: packages
	cmake --preset $(BUILD) -DCRMDAV_TESTS=OFF
	cmake --build build/$(BUILD) -j $(JOBS) --target crmdav
	build/$(BUILD)/server/crmdav demo --data .demo --serve

test: build
	ctest --test-dir build/$(BUILD) --output-on-failure -j $(JOBS)

format:
	git ls-files '*.h' '*.cpp' | xargs clang-format -i

clean:
	rm -rf build .demo
