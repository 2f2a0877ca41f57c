"""The WAF before the gateway."""
