"""Invitations by e-mail to belong to an organisation."""
