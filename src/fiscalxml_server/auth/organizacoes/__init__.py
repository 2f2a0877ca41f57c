"""Organisations, their companies, who belongs to them, and invitations."""
