# Приёмная. `make help` lists the targets.
GO        ?= go
BIN       := bin/priemnaya
FERRET    := casework/mongostore/ferrettest
PKGS      := ./...
# The tests that have a longer form, which PRIEMNAYA_TEST_ALL=1 asks for.
LONG      := $(shell grep -rl --include='*_test.go' PRIEMNAYA_TEST_ALL .)
LONG_PKGS := $(sort $(filter-out ./cmd/priemnaya/ ./casework/,$(dir $(LONG))))
LONG_CMD  := $(shell grep -ho '^func Test[A-Za-z0-9_]*' $(filter ./cmd/priemnaya/%,$(LONG)) | sed 's/func //' | paste -sd'|')
VERSION   := $(shell git describe --always --dirty 2>/dev/null || echo dev)

.PHONY: help run build test check test-all long-domain long-program bench demo fmt

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

run: build ## start everything on this machine, with the demonstration
	$(BIN) run

build: ## build bin/priemnaya
	$(GO) build -ldflags "-X main.version=$(VERSION)" -o $(BIN) ./cmd/priemnaya

test: ## all tests that need no server; browser, Redis and GOST tests where installed
	$(GO) test -timeout 40m $(PKGS)

check: ## format, vet, staticcheck, import rules, race detector
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { gofmt -l $$(git ls-files '*.go'); exit 1; }
	$(GO) vet $(PKGS)
	$(GO) run honnef.co/go/tools/cmd/staticcheck@v0.8.2 $(PKGS)
	$(GO) test -run TestImportRules ./cmd/...
	$(GO) test -race -short -timeout 40m $(PKGS)

test-all: check test ## everything: servers, browser, GOST, stores on FerretDB, long comparisons
	PRIEMNAYA_TEST_ALL=1 $(GO) test -p 1 -timeout 40m $(LONG_PKGS)
	$(MAKE) -j2 -Otarget long-domain long-program
	cd $(FERRET) && $(GO) test ./...
	cd intake/sites/clienttest && $(GO) test -v ./...

# The domain computes and the program mostly waits: they share two cores well.
long-domain:
	PRIEMNAYA_TEST_ALL=1 $(GO) test -timeout 40m ./casework

long-program:
	PRIEMNAYA_TEST_ALL=1 $(GO) test -timeout 40m -run '$(LONG_CMD)' ./cmd/priemnaya

bench: ## measure at 10,000 and 1,000,000 cases (docs/benchmarks.md); BENCH adds flags
	$(GO) run ./cmd/bench $(BENCH)
	$(GO) test -run xxx -bench Recompute -benchtime 1x -timeout 30m ./casework/sqlitestore

demo: build ## make demo DATA=FILE.csv files every row through the real intake
	$(BIN) demo $(if $(DATA),--data-file $(DATA))

fmt: ## format the Go files
	gofmt -w $$(git ls-files '*.go')
