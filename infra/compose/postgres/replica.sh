#!/bin/sh
# A streaming replica: copied from the primary at its first start, then followed.
set -eu
export PGPASSFILE=/run/secrets/pgpass
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    origem="host=postgres port=5432 user=replicador sslmode=verify-full sslrootcert=/run/secrets/ca.crt passfile=$PGPASSFILE"
    mkdir -p "$PGDATA"
    chmod 0700 "$PGDATA"
    rm -rf "${PGDATA:?}"/* # half a copy of a start that was cut off
    pg_basebackup --pgdata="$PGDATA" --dbname="$origem" --wal-method=stream --checkpoint=fast \
        --write-recovery-conf --slot=replica --create-slot || {
        # The slot is there already: of that start.
        rm -rf "${PGDATA:?}"/*
        pg_basebackup --pgdata="$PGDATA" --dbname="$origem" --wal-method=stream --checkpoint=fast \
            --write-recovery-conf --slot=replica
    }
fi
exec postgres -c config_file=/etc/fiscalxml/postgresql.conf -c data_directory="$PGDATA"
