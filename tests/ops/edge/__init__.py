"""The edge: real nginx with ModSecurity and the OWASP rules, before the real API."""
