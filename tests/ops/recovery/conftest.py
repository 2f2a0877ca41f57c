"""Servers as the tests of the services have them."""

from services.conftest import banco, modelo, postgres, servico

__all__ = ("banco", "modelo", "postgres", "servico")
