"""Limits of organisations and of keys: what is in force, and what is set."""
