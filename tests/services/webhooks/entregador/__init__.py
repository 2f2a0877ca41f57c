"""The process that delivers."""
