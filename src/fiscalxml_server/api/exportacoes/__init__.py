"""Exports: the documents of a lote or of a search, as files."""
