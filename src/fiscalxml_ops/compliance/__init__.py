"""Compliance as code: controls, threats and promises, each with what shows it, checked to exist."""
