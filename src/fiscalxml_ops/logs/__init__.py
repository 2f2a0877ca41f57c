"""How logs are shipped, indexed and looked at."""
