"""Who may call what: every route as every kind of caller, and attacks on it."""
