"""Servers as the tests of the services have them."""

from services.conftest import banco, modelo, postgres, valkey

__all__ = ("banco", "modelo", "postgres", "valkey")
