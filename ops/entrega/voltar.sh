#!/usr/bin/env bash
# Everything to the version before, which is warm: voltar.sh RAIZ DADOS
#
# Only from a switch that held, and once: after one that went back, or was cut off, the other colour is
# what nobody should get.
set -euo pipefail
raiz="$1" dados="$2"
[ -e "$raiz/anterior" ] || { echo "não há versão anterior pronta: a última troca não ficou, ou já se voltou dela" >&2; exit 2; }
"$raiz/atual/bin/fiscalxml-ops" deploy voltar --dados "$dados"
mv -T "$raiz/anterior" "$raiz/atual"
"$raiz/atual/bin/fiscalxml-ops" deploy estado --dados "$dados"
