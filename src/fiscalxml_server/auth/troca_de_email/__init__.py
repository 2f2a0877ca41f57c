"""Another e-mail for an account, and the way back from it."""
