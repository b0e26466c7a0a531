# Every command of the house. `make` alone lists them.
# Needs nothing but make, a shell and the right to install packages; see scripts/install.

SHELL := /bin/bash
export PATH := $(HOME)/.cargo/bin:$(PATH)
NODE_BIN := $(CURDIR)/web/node_modules/node/bin
WEB_SOURCES := $(shell find web/src web/public web/index.html web/package.json web/vite.config.ts -type f 2>/dev/null)

.PHONY: help run demo test check fmt web e2e bench release openapi clean

help: ## list the commands
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | column -ts $$'\t'

run: ## build and start Sevenfold on ./data, and print its address
	@scripts/install build
	@$(MAKE) --no-print-directory web/dist/index.html
	cargo build --release --locked -p sevenfold
	@exec target/release/sevenfold serve --data-dir ./data

test: ## install what tests need and run every test, as CI does
	@scripts/test

check: ## the quick look before a commit: format, lints, types
	cargo fmt --all -- --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	cd web && PATH="$(NODE_BIN):$$PATH" npm run --silent lint && PATH="$(NODE_BIN):$$PATH" npm run --silent typecheck

fmt: ## format everything
	cargo fmt --all
	cd web && PATH="$(NODE_BIN):$$PATH" npx biome check --write src

web: web/dist/index.html ## build the web app

# `npm ci` refuses a lock that names no addresses for other platforms; this takes the same versions from it.
web/node_modules/.installed: web/package-lock.json
	cd web && npm install --no-save --no-audit --no-fund --loglevel=error
	@touch $@

web/dist/index.html: web/node_modules/.installed $(WEB_SOURCES)
	cd web && PATH="$(NODE_BIN):$$PATH" npm run --silent build
	@touch $@

e2e: ## the whole product in a real browser, with real mail servers
	@scripts/install test
	@$(MAKE) --no-print-directory web/dist/index.html
	cargo build --locked -p sevenfold -p sevenfold-test-hosts
	scripts/e2e

bench: ## measure import, lists and the bare server, and print the figures
	@scripts/install bench
	@$(MAKE) --no-print-directory web/dist/index.html
	cargo build --release --locked -p sevenfold
	bench/run

release: ## a binary to publish: slower to build, smaller and faster
	@scripts/install build
	@$(MAKE) --no-print-directory web/dist/index.html
	cargo build --profile dist --locked -p sevenfold

openapi: ## write the API description and the web app's client from the code
	cargo run --locked -q -p sevenfold -- openapi > web/openapi.json
	cd web && PATH="$(NODE_BIN):$$PATH" npm run --silent api

clean: ## remove what was built, never ./data
	cargo clean
	rm -rf web/dist web/node_modules
