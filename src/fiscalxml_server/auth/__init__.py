"""The Auth Service: organisations, people, keys, roles, audit, privacy."""
