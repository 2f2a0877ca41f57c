#!/usr/bin/env bash
# Blue-green to an installed version: trocar.sh RAIZ VERSAO DADOS [options of `deploy trocar`]
#
# Steps, health gates and the rollback are those of `fiscalxml-ops deploy trocar`, which exits with 1
# where it went back; SIGINT (a run that is cancelled) goes back, too. The version before stays warm
# for voltar.sh. Only after a switch that held is RAIZ/atual the new one.
set -euo pipefail
raiz="$1" versao="$2" dados="$3"
shift 3
set -m # else what runs in the background would be deaf to SIGINT
nova="$raiz/versoes/$versao"
"$nova/bin/fiscalxml-ops" deploy trocar --dados "$dados" --versao "$versao" \
  --programa "$nova/bin/python" --manter "$@" &
troca=$!
trap 'kill -INT "$troca"' INT TERM
codigo=0
wait "$troca" || codigo=$?
# A trap ends `wait` before the program has ended: it is going back.
while kill -0 "$troca" 2>/dev/null; do wait "$troca" && codigo=0 || codigo=$?; done
[ "$codigo" -eq 0 ] || { echo "a troca não ficou: $versao não recebe nada" >&2; exit "$codigo"; }
ln -sfn "versoes/$versao" "$raiz/atual.nova"
mv -T "$raiz/atual.nova" "$raiz/atual"
