"""A new password: by the old one, or by a code that the e-mail carries."""
