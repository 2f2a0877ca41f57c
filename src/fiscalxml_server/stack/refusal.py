"""What `fiscalxml up` cannot do as asked."""

from __future__ import annotations


class Recusado(Exception):
    """Nothing was started. The text, in Portuguese, says why and what to do."""
