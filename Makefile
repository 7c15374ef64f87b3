# aws-sigv4-proxy: every task of the project. `make help` lists them.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
# All targets work in the same obj folders; the .NET SDK spreads over the cores by itself.
.NOTPARALLEL:

EXECUTABLE := dist/aws-sigv4-proxy
# Folders stand among them: a folder is newer than the executable when a file in it was added or removed.
SOURCES := $(shell find Signing Hosting) Program.cs AwsSigV4Proxy.csproj rd.xml $(wildcard *.props) global.json
# The systems that the code must compile for beside the one that builds it.
OTHER_SYSTEMS := win-x64 osx-arm64 linux-arm64

# What `make run` runs; `make run ARGS='-f https://...'` runs the proxy.
ARGS ?= demo

# How long `make fuzz` and `make stress` take, and where the first begins; a failure names the seed that brings it back.
SECONDS ?= 60
SEED ?= $(shell echo $$((RANDOM * 32768 + RANDOM)))

export DOTNET_CLI_TELEMETRY_OPTOUT ?= 1
export DOTNET_NOLOGO ?= 1
export DOTNET_GENERATE_ASPNET_CERTIFICATE ?= false

.PHONY: help run build test fuzz stress sdks check cross bench bench-startup load transfer format clean toolchain

help: ## Lists the targets
	@grep -hE '^[a-z][a-z-]*:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 22

run: $(EXECUTABLE) ## Builds the executable and runs it: the demo, or ARGS='-f https://...'
	@$(EXECUTABLE) $(ARGS)

build: $(EXECUTABLE) ## Builds the native executable, dist/aws-sigv4-proxy

test: $(EXECUTABLE) ## Builds and runs every test, those of the native executable too
	@.ci/promtool
	@Tests/run

fuzz: ## Sends random requests, each verified, for a minute: SECONDS=60, SEED=...
	@FUZZ_SECONDS=$(SECONDS) FUZZ_SEED=$(SEED) Tests/run --treenode-filter '/*/*/RandomRequestTests/*'

stress: $(EXECUTABLE) ## Loads the executable for a minute while its credentials expire and STS fails half of the time: SECONDS=60
	@STRESS_SECONDS=$(SECONDS) Tests/run --treenode-filter '/*/*/CredentialStressTests/*'

sdks: ## Installs the SDKs of other languages that tests use as callers, and are skipped without
	@.ci/sdks

check: cross ## Checks format and scripts, and compiles what no test does: other systems, the benchmarks
	@dotnet msbuild Benchmarks -restore -nologo -verbosity:quiet -property:Configuration=Release
	@dotnet format AwsSigV4Proxy.slnx --verify-no-changes
	@.ci/check-scripts

cross: toolchain ## Compiles for Windows, macOS and arm64, without linking
	@for system in $(OTHER_SYSTEMS); do \
		dotnet msbuild AwsSigV4Proxy.csproj -restore -nologo -verbosity:quiet -property:Configuration=Release \
			-property:RuntimeIdentifier=$$system -property:ArtifactsPath=obj/cross/ \
			-property:PublishAot=false -property:SelfContained=false -property:UseAppHost=false; \
		echo "compiles for $$system"; \
	done

bench: ## Measures signing beside the AWS SDK's signer (BenchmarkDotNet)
	@dotnet run --configuration Release --project Benchmarks -- --filter '*' --join

bench-startup: $(EXECUTABLE) ## Measures the time from start to the first signed answer
	@dotnet run --configuration Release --project Benchmarks -- startup $(EXECUTABLE)

load: $(EXECUTABLE) ## Measures requests per second beside nginx, which signs nothing
	@Benchmarks/load $(EXECUTABLE)

transfer: $(EXECUTABLE) ## Measures large bodies: throughput and peak memory, beside nginx
	@Benchmarks/transfer $(EXECUTABLE)

format: ## Puts every file into the project's format
	dotnet format AwsSigV4Proxy.slnx

clean: ## Removes what was built
	rm -rf dist bin obj Tests/bin Tests/obj Benchmarks/bin Benchmarks/obj

# The .NET SDK brings all of the Native AOT compiler but the linker.
toolchain:
	@.ci/toolchain

# Removed first: what stands in dist/ after a failed build would pass for its result. A process that still runs the old
# executable keeps it. Without analyzers, which take as long as the compiler and run when the tests are built.
$(EXECUTABLE): $(SOURCES) | toolchain
	@rm -f $@
	@echo "building $@, which takes a minute or two"
	@dotnet publish AwsSigV4Proxy.csproj --configuration Release --use-current-runtime --output obj/publish --verbosity quiet \
		-property:RunAnalyzersDuringBuild=false
	@mkdir -p $(@D)
	@mv -f obj/publish/$(@F) $@
	@touch $@
	@echo "built $@: $$(du -h --apparent-size $@ | cut -f1)"
