"""Backups and recovery, on real servers."""
