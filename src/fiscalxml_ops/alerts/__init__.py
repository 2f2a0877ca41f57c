"""Objectives as rules of Prometheus, and who is woken by Alertmanager."""
