"""Lotes: many documents in one upload, opened and judged by jobs."""
