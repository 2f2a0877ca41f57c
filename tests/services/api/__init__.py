"""The HTTP API, asked as a caller asks it."""
