"""The rows, and where they are from. Made by `scripts/build_tables.py`."""
