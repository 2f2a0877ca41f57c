"""The roles of a PostgreSQL whose administrator is no superuser, as RDS's is not."""
