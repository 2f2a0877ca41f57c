#!/bin/sh
# A streaming replica: copied from the primary at its first start, then followed. Where the primary has
# dropped WAL that it still wanted (max_slot_wal_keep_size), it is copied again; the old copy stays
# until the new one is whole.
set -eu
export PGPASSFILE="${PGPASSFILE:-/run/secrets/pgpass}"
origem=${ORIGEM:-host=postgres port=5432 user=replicador sslmode=verify-full sslrootcert=/run/secrets/ca.crt passfile=$PGPASSFILE}
configuracao=${CONFIGURACAO:-/etc/fiscalxml/postgresql.conf}

# The primary's answer to a command of the replication protocol, its fields between bars.
perguntar() {
    psql --no-psqlrc --no-align --tuples-only --field-separator='|' \
        --dbname="$origem replication=true connect_timeout=10" --command="$1"
}

copiar() {
    rm -rf "$PGDATA.copia" # half a copy, of a start that was cut off
    pg_basebackup --pgdata="$PGDATA.copia" --dbname="$origem" --wal-method=stream --checkpoint=fast \
        --write-recovery-conf --slot=replica "$@" && return
    echo "replica: a cópia não se completou; outra em um minuto" >&2 # and not one after the other
    sleep "${ESPERA_SEGUNDOS:-60}"
    exit 1
}

controle() {
    LC_ALL=C pg_controldata --pgdata="$PGDATA" | sed -n "s/^$1: *//p"
}

# Whether place $1 in the WAL is before $2.
antes() {
    [ $(((0x${1%/*} << 32) + 0x${1#*/})) -lt $(((0x${2%/*} << 32) + 0x${2#*/})) ]
}

# Whether the slot has lost what this copy wants, of a primary that has all that is in this copy. One
# that was promoted, or is newer than its primary, or another server's, may be the only one with
# somebody's documents: it is never replaced.
perdida() {
    [ -e "$PGDATA/standby.signal" ] || return 1
    [ "$(perguntar 'READ_REPLICATION_SLOT replica')" = 'physical||' ] || return 1
    primario=$(perguntar IDENTIFY_SYSTEM) || return 1
    IFS='|' read -r sistema linha ponto _ <<FIM
$primario
FIM
    [ "$sistema" = "$(controle 'Database system identifier')" ] || return 1
    [ "$linha" = "$(controle "Latest checkpoint's TimeLineID")" ] || return 1
    antes "$(controle 'Minimum recovery ending location')" "$ponto"
}

# Ends the server when it can never go on; it is copied when the container starts again.
vigiar() {
    while sleep "${VIGIA_SEGUNDOS:-60}" && kill -0 "$1" 2> /dev/null; do
        if perdida; then
            echo "replica: o primário não tem mais o WAL que falta aqui; a cópia será refeita" >&2
            kill -INT "$1"
            return
        fi
    done
}

if [ -s "$PGDATA/PG_VERSION" ] && perdida; then
    : > "$PGDATA.refazer" # a start that is cut off from here on is gone on with
fi
if [ ! -s "$PGDATA/PG_VERSION" ] || [ -e "$PGDATA.refazer" ]; then
    mkdir -p "$(dirname "$PGDATA")"
    case $(perguntar 'READ_REPLICATION_SLOT replica') in
        'physical||') # lost
            perguntar 'DROP_REPLICATION_SLOT replica' > /dev/null
            copiar --create-slot
            ;;
        physical*) copiar ;; # of a start that was cut off
        *) copiar --create-slot ;;
    esac
    # Only a whole copy has the name that the next start looks for.
    rm -rf "$PGDATA"
    mv "$PGDATA.copia" "$PGDATA"
    rm -f "$PGDATA.refazer"
fi
# A grandchild: the server would take an unknown child's end for a crash.
(vigiar $$ &)
exec postgres -c config_file="$configuracao" -c data_directory="$PGDATA"
