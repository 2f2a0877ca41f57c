"""Signing keys, the tokens that they sign, machines, the services that may ask."""
