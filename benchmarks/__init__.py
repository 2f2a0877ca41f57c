"""Speed and memory, measured side by side: `make bench`. See `core.py`."""

from pathlib import Path

REPO = Path(__file__).resolve().parent.parent
