"""Signing in: by password and second factor, or by passkey; proving again who one is."""
