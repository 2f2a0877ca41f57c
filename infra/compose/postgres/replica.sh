#!/bin/sh
# A streaming replica: copied from the primary at its first start, then followed.
set -eu
export PGPASSFILE=/run/secrets/pgpass
copiar() {
    rm -rf "$PGDATA.copia" # half a copy, of a start that was cut off
    pg_basebackup --pgdata="$PGDATA.copia" --dbname="$origem" --wal-method=stream --checkpoint=fast \
        --write-recovery-conf --slot=replica "$@"
}
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    origem="host=postgres port=5432 user=replicador sslmode=verify-full sslrootcert=/run/secrets/ca.crt passfile=$PGPASSFILE"
    mkdir -p "$(dirname "$PGDATA")"
    # Where the slot is there already, it is of such a start.
    copiar --create-slot || copiar
    # Only a whole copy has the name that the next start looks for.
    rm -rf "$PGDATA"
    mv "$PGDATA.copia" "$PGDATA"
fi
exec postgres -c config_file=/etc/fiscalxml/postgresql.conf -c data_directory="$PGDATA"
