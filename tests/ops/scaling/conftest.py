"""A PostgreSQL with the services' tables, as the tests of the services have it."""

from services.conftest import banco, modelo, postgres, valkey

__all__ = ["banco", "modelo", "postgres", "valkey"]
