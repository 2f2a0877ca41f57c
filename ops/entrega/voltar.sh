#!/usr/bin/env bash
# Everything to the version before, which is warm: voltar.sh RAIZ DADOS
set -euo pipefail
raiz="$1" dados="$2"
"$raiz/atual/bin/fiscalxml-ops" deploy voltar --dados "$dados"
"$raiz/atual/bin/fiscalxml-ops" deploy estado --dados "$dados"
