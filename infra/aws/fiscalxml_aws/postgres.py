"""The settings of PostgreSQL on RDS, as infra/compose/postgres/postgresql.conf has them."""

from __future__ import annotations

from typing import Final

from aws_cdk import aws_rds as rds

MAJOR: Final = "18"
ENGINE: Final = rds.DatabaseInstanceEngine.postgres(
    # The major version alone: RDS takes its newest, and updates it within the week's window.
    version=rds.PostgresEngineVersion.of(MAJOR, MAJOR)
)
PARAMETERS: Final = {
    # In the units that RDS has: kB, MB, s, ms.
    "max_connections": "1000",
    "work_mem": "16384",
    "max_wal_size": "8192",
    "checkpoint_timeout": "900",
    "random_page_cost": "1.1",
    "jit": "0",
    "max_parallel_workers_per_gather": "0",
    "autovacuum_naptime": "15",
    "idle_in_transaction_session_timeout": "300000",
    "hot_standby_feedback": "1",
    # WAL that the recovery region has not fetched is kept up to here, and no volume fills.
    "max_slot_wal_keep_size": "65536",
    # Only by TLS, and no password in a form that could be used elsewhere.
    "rds.force_ssl": "1",
    "ssl_min_protocol_version": "TLSv1.2",
    "password_encryption": "scram-sha-256",
    "rds.accepted_password_auth_method": "scram",
    # What is wrong, and neither the row nor the statement: both may name people.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}
"""memory (shared_buffers, maintenance_work_mem) is RDS's own part of the machine's. Connections:
ten machines of the API and twenty workers, two processes each, a pool of eight, and the others"""
DIFFERENT: Final = {
    "shared_buffers": "RDS computes it",
    "maintenance_work_mem": "RDS computes it",
    "wal_level": "RDS's",
    "max_wal_senders": "RDS's",
    "max_replication_slots": "RDS's",
    "hot_standby": "RDS's",
    "listen_addresses": "the VPC's",
    "hba_file": "RDS's; rds.force_ssl in its place",
    "ssl": "always on",
    "ssl_cert_file": "RDS's",
    "ssl_key_file": "RDS's",
}
"""of postgresql.conf, what is not set here, and why"""
