"""The HTTP API: a package per domain, put together in `app`."""
