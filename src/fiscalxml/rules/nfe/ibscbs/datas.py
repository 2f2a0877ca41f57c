"""When the rules on IBS, CBS and IS are in force (NT 2025.002; rules/README of the catalogue)."""

from __future__ import annotations

from datetime import date
from typing import Final

PRODUCAO: Final = date(2025, 11, 10)
"""from when the group is judged where it is informed"""
