"""Cloudflare in front of all: zones, rules, certificates and DNS as OpenTofu reads them.

Made from the services' operations, limits and words, as the gateway and the edge are
(docs/decisions/0041-cloudflare.md); `infra/cloudflare/README.md` tells how it is applied.
"""
