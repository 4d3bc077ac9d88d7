# The verbs of this repository; CI calls the same ones. `make help` lists them.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
CARGO ?= cargo
FUZZ_SECONDS ?= 60
ASSETS = $$(tools/kube/build.sh)

.DEFAULT_GOAL := help
.PHONY: help demo up programs down test e2e lint unit features bench fuzz kube helm promtool bind pdns readers clients moto external-dns gateway-api gitops argocd redis vectors regenerate chart image

help: ## list the verbs
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: kube programs ## show it all once: control plane, DNS server, operator, examples; then stop everything
	@$(CARGO) run --quiet -p mailward-sandbox -- demo

up: kube programs ## start the sandbox and keep it running; then `source target/sandbox/env`
	@$(CARGO) run --quiet -p mailward-sandbox -- up

# Not quiet: the first time this takes minutes, and a reader should see that it works.
programs:
	@$(CARGO) build --bin mailward
	@$(CARGO) build --package mailward-sandbox

down: ## stop what `make up` started
	@$(CARGO) run --quiet -p mailward-sandbox -- down

test: lint kube helm promtool bind pdns readers clients moto external-dns gateway-api gitops vectors ## everything: lints, unit, golden, property, conformance, real API server, independent readers
	KUBEBUILDER_ASSETS="$(ASSETS)" $(CARGO) test --workspace

e2e: bind ## a real node with Ingress, Gateway and ACME, in namespaces of its own, then Argo CD; root, Linux, an hour the first time
	@tests/e2e/run.sh
	@$(MAKE) --no-print-directory argocd

lint: ## formatting, the lint table and the documentation
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets -- --deny warnings
	RUSTDOCFLAGS="--deny warnings" $(CARGO) doc --quiet --workspace --no-deps

unit: ## what needs nothing but cargo
	$(CARGO) test --workspace --lib

features: ## the program with each provider alone, and with none that writes
	@tools/features.sh

argocd: kube helm bind redis ## Argo CD itself on the GitOps examples; building it takes six minutes of two cores, once
	@tools/argocd/build.sh >/dev/null
	KUBEBUILDER_ASSETS="$(ASSETS)" $(CARGO) test --test operator -- --ignored argocd::

bench: kube bind ## speeds and sizes as counts and ratios
	$(CARGO) build --release --bin mailward
	KUBEBUILDER_ASSETS="$(ASSETS)" $(CARGO) run --release -p mailward-sandbox -- bench

fuzz: ## every parser on arbitrary octets, for FUZZ_SECONDS (60); needs a nightly compiler and cargo-fuzz
	@$(CARGO) +nightly fuzz --version >/dev/null 2>&1 || \
	  { echo 'fuzz: run `rustup toolchain install nightly` and `cargo install --locked cargo-fuzz` first' >&2; exit 1; }
	cd crates/mail-records && $(CARGO) +nightly fuzz run parsers -- -max_total_time=$(FUZZ_SECONDS)

chart: helm ## package the chart into target/chart
	$$(tools/helm/build.sh) lint --strict charts/mailward
	$$(tools/helm/build.sh) package charts/mailward --destination target/chart

image: ## build the static program and pack it as an image archive in target/image, without a container engine
	@tools/image/build.sh

regenerate: helm ## write crds/, deploy/, docs/reference.md, the tables of flags and values and the golden files anew
	MAILWARD_REGENERATE=1 $(CARGO) test --test crds --test examples --test documentation
	MAILWARD_REGENERATE=1 $(CARGO) test --test gitops -- cases snippet
	MAILWARD_REGENERATE=1 $(CARGO) test --test chart -- fresh golden

kube: ## build the pinned control plane, once
	@tools/kube/build.sh >/dev/null

helm: kube ## build the pinned helm, once; after the control plane, whose packages it shares
	@tools/helm/build.sh >/dev/null

promtool: ## fetch the reader of metrics and alert rules into a folder where it is missing, once
	@tools/promtool.sh >/dev/null

bind: ## install BIND where it is missing
	@command -v named >/dev/null || tools/install-bind.sh

pdns: ## install PowerDNS where it is missing, and fetch a newer one into a folder, once
	@PATH=$$PATH:/usr/sbin command -v pdns_server >/dev/null || tools/install-pdns.sh
	@tools/newer-pdns.sh >/dev/null

readers: ## the independent readers of what we publish
	@tests/readers/setup.sh

clients: ## the DNS vendors' own API clients, which drive the servers of tests
	@crates/provider-apis/tests/clients/setup.sh

moto: ## the server of Route 53 that the provider is tested against
	@tests/conformance/route53/setup.sh

gateway-api: ## the definitions of Gateway API that tests install
	@tools/gateway-api/crds.sh >/dev/null

external-dns: kube ## the parts of external-dns that tests run, once; after the control plane, whose packages they share
	@tools/external-dns/build.sh webhook >/dev/null
	@tools/external-dns/build.sh publish >/dev/null

gitops: kube ## build the judge of what GitOps tools are given, once; after the control plane, whose packages it shares
	@tools/gitops/build.sh >/dev/null

redis: ## install Redis where it is missing
	@command -v redis-server >/dev/null || tools/install-redis.sh

vectors: ## the public RFC 7208 suite
	@tests/readers/fetch-rfc7208.sh
