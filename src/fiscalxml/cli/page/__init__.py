"""The page of a run: one HTML file with counts, causes and documents, that needs no network."""

from fiscalxml.cli.page.reader import PageReader

__all__ = ["PageReader"]
