"""Subscriptions at the API."""
