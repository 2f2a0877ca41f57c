#!/usr/bin/env bash
# Installs a version beside the others: instalar.sh RAIZ VERSAO PASTA
#
# PASTA is what `make wheel` made: our wheel, those of libraries that are published as source alone,
# and a lock with the hash of each. Nothing is built here: what builds would be fetched without a hash.
# What is installed is in RAIZ/versoes/VERSAO; one that is there already stays as it is.
set -euo pipefail
raiz="$1" versao="$2" pasta="$3"
[[ "$versao" =~ ^[0-9A-Za-z][0-9A-Za-z.+-]*$ ]] || { echo "versão estranha: $versao" >&2; exit 2; }
destino="$raiz/versoes/$versao"
[ ! -e "$destino/.instalada" ] || { echo "$versao já está instalada"; exit 0; }
wheels=("$pasta"/fiscalxml-*.whl)
[ "${#wheels[@]}" -eq 1 ] && [ -e "${wheels[0]}" ] || { echo "falta a wheel fiscalxml em $pasta, e só uma" >&2; exit 2; }
rm -rf "$destino"
"${PYTHON:-python3}" -m venv "$destino"
pip=("$destino/bin/python" -m pip install --quiet --disable-pip-version-check --no-input)
"${pip[@]}" --require-hashes --only-binary :all: --find-links "$pasta" \
    --requirement "$pasta/requirements.production.lock"
"${pip[@]}" --no-deps --no-index "${wheels[0]}"
touch "$destino/.instalada"
echo "$versao instalada em $destino"
