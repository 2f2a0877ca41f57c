#!/usr/bin/env bash
# Everything to the version before: voltar.sh RAIZ DADOS
#
# From a switch that held, to the version that is warm, once; from one that was cut off while users were
# given to it, to the one it began from. Refused after one that went back by itself: what is left of the
# other colour is what nobody should get.
set -euo pipefail
raiz="$1" dados="$2"
ops="$raiz/atual/bin/fiscalxml-ops"

# Whether a version receives requests that is not RAIZ/atual.
cortada() {
  local recebem
  recebem="$("$ops" deploy estado --dados "$dados" | grep ', peso [1-9]')"
  grep -Fqv ": $(basename "$(readlink "$raiz/atual")"), " <<< "$recebem"
}

if [ -e "$raiz/anterior" ]; then
  "$ops" deploy voltar --dados "$dados"
  mv -T "$raiz/anterior" "$raiz/atual"
elif cortada; then
  "$ops" deploy voltar --dados "$dados"
else
  echo "não há de que voltar: a última troca não ficou, ou já se voltou dela" >&2
  exit 2
fi
"$ops" deploy estado --dados "$dados"
