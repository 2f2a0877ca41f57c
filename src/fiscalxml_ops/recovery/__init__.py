"""Backups and recovery: what is kept, how it comes back, and whether all of it did."""
