#!/bin/sh
# Lifecycles and index templates into Elasticsearch: before the first line, which would else make a
# data stream by Elastic's own template. Run again, it puts the same.
#
# FISCALXML_LOGS_ES_URL (https://host:9200), FISCALXML_LOGS_ES_USER, FISCALXML_LOGS_ES_PASSWORD_FILE
set -eu
: "${FISCALXML_LOGS_ES_URL:?}" "${FISCALXML_LOGS_ES_USER:?}" "${FISCALXML_LOGS_ES_PASSWORD_FILE:?}"
pasta="$(cd "$(dirname "$0")" && pwd)/elasticsearch"
senha="$(sed 's/[\\"]/\\&/g' "$FISCALXML_LOGS_ES_PASSWORD_FILE")"

por() { # por _ilm/policy arquivo nome
    # By its standard input, so that the password is in no list of processes.
    resposta="$(printf 'user = "%s:%s"\n' "$FISCALXML_LOGS_ES_USER" "$senha" |
        curl --config - --silent --show-error --fail-with-body --max-time 30 \
            --retry "${TENTATIVAS:-24}" --retry-delay "${ESPERA:-5}" --retry-connrefused \
            --request PUT --header 'Content-Type: application/json' --data-binary "@$2" \
            "${FISCALXML_LOGS_ES_URL%/}/$1/$3")" || {
        printf '%s: %s\n' "$1/$3" "$resposta" >&2
        exit 1
    }
    echo "$1/$3"
}

for tipo in ilm:_ilm/policy template:_index_template; do # a template names its lifecycle
    for arquivo in "$pasta/${tipo%%:*}"-*.json; do
        [ -e "$arquivo" ] || { echo "falta $arquivo" >&2; exit 2; }
        nome="$(basename "$arquivo" .json)"
        por "${tipo#*:}" "$arquivo" "${nome#"${tipo%%:*}"-}"
    done
done
