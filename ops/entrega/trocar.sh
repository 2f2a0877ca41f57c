#!/usr/bin/env bash
# Blue-green to an installed version: trocar.sh RAIZ VERSAO DADOS [options of `deploy trocar`]
#
# Steps, health gates and the rollback are those of `fiscalxml-ops deploy trocar`, which exits with 1
# where it went back; SIGINT (a run that is cancelled) goes back, too. First the version that the last
# switch kept warm is ended, and with it what of the database only it used. The version before this one
# stays warm for voltar.sh. Only after a switch that held is RAIZ/atual the new one, and RAIZ/anterior
# the one before.
set -euo pipefail
raiz="$1" versao="$2" dados="$3"
shift 3
# By it GitHub's runner finds what a job has started, and kills that when the job ends: our services.
unset RUNNER_TRACKING_ID
[ -d "$raiz/atual/" ] || { echo "falta $raiz/atual, o que está no ar (ops/scan/README.md)" >&2; exit 2; }
"$raiz/atual/bin/fiscalxml-ops" deploy encerrar --dados "$dados"
rm -f "$raiz/anterior"
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
ln -sfn "$(readlink "$raiz/atual")" "$raiz/anterior"
ln -sfn "versoes/$versao" "$raiz/atual.nova"
mv -T "$raiz/atual.nova" "$raiz/atual"
