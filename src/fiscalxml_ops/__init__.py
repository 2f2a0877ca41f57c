"""What operates the service: objectives, alerts, dashboards, gateway, edge, deploys.

Files under `ops/` and `infra/` are made from here by `make operacao`; a test compares them.
"""
