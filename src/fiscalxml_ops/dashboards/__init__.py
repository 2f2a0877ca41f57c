"""Grafana's dashboards, what Prometheus scrapes for them, and the page of all metrics.

A NEW PANEL is a line in the module of its dashboard; a new dashboard is listed in `writing`.
"""
