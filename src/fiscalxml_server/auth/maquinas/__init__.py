"""Machines: the OAuth 2 clients of an organisation, and the tokens that they get."""
