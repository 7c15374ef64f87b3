# aws-sigv4-proxy: every task of the project. `make help` lists them.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

EXECUTABLE := dist/aws-sigv4-proxy
SOURCES := $(shell find Signing Hosting -name '*.cs' -o -name '*.der' 2>/dev/null) \
           Program.cs AwsSigV4Proxy.csproj rd.xml $(wildcard *.props) global.json

# What `make run` runs; `make run ARGS='-f https://...'` runs the proxy.
ARGS ?= demo

export DOTNET_CLI_TELEMETRY_OPTOUT ?= 1
export DOTNET_NOLOGO ?= 1

.PHONY: help run build test bench bench-startup load format clean toolchain

help: ## Lists the targets
	@grep -hE '^[a-z][a-z-]*:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 22

run: $(EXECUTABLE) ## Builds the executable and runs it: the demo, or ARGS='-f https://...'
	@$(EXECUTABLE) $(ARGS)

build: $(EXECUTABLE) ## Builds the native executable, dist/aws-sigv4-proxy

test: $(EXECUTABLE) ## Builds and runs every test, those of the native executable too
	@Tests/run

bench: ## Measures signing beside the AWS SDK's signer (BenchmarkDotNet)
	@dotnet run --configuration Release --project Benchmarks -- --filter '*' --join

bench-startup: $(EXECUTABLE) ## Measures the time from start to the first signed answer
	@dotnet run --configuration Release --project Benchmarks -- startup $(EXECUTABLE)

load: $(EXECUTABLE) ## Measures requests per second beside nginx, which signs nothing
	@Benchmarks/load $(EXECUTABLE)

format: ## Puts every file into the project's format
	dotnet format AwsSigV4Proxy.slnx

clean: ## Removes what was built
	rm -rf dist bin obj Tests/bin Tests/obj Benchmarks/bin Benchmarks/obj

# The Native AOT compiler needs a C linker and zlib; the .NET SDK brings the rest.
toolchain:
	@./.ci/toolchain

# Published beside its place and then moved, so that a running executable is replaced, never overwritten.
$(EXECUTABLE): $(SOURCES) | toolchain
	@dotnet publish AwsSigV4Proxy.csproj --configuration Release --use-current-runtime --output dist/publish --verbosity quiet
	@mv -f dist/publish/aws-sigv4-proxy $@
	@touch $@
	@echo "built $@: $$(du -h --apparent-size $@ | cut -f1)"
