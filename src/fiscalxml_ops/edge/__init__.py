"""The edge: nginx with ModSecurity and the OWASP rules, as `infra/edge/README.md` tells."""
