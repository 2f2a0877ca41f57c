#!/bin/sh
# What the official image's entrypoint does at a first start: initdb, then the files of
# /docker-entrypoint-initdb.d on a server that only its socket reaches.
set -eu
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    # shellcheck disable=SC2086
    initdb --pgdata="$PGDATA" --username=postgres --pwfile="$POSTGRES_PASSWORD_FILE" $POSTGRES_INITDB_ARGS
    argumentos=$*
    pg_ctl --pgdata="$PGDATA" --wait --options="${argumentos#postgres } -c listen_addresses=" start
    PGPASSWORD=$(cat "$POSTGRES_PASSWORD_FILE")
    export PGPASSWORD
    for arquivo in /docker-entrypoint-initdb.d/*.sql; do
        psql --no-psqlrc --set=ON_ERROR_STOP=1 --username=postgres --dbname=postgres \
            --host=/var/run/postgresql --file="$arquivo"
    done
    unset PGPASSWORD
    pg_ctl --pgdata="$PGDATA" --wait --mode=fast stop
fi
exec "$@"
