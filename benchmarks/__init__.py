"""Speed and memory, measured side by side: `make bench`. See `core.py`."""

import sys
from pathlib import Path

REPO = Path(__file__).resolve().parent.parent
sys.path.append(str(REPO / "tests"))  # where the factory of documents is
