"""click speaks Portuguese, whatever the user's locale is."""

from __future__ import annotations

import gettext
import os
from pathlib import Path

_DOMAIN = "messages"  # gettext's default, which click uses
_LOCALE = Path(__file__).parent / "locale"


def speak_portuguese() -> None:
    """From here on, in this process: gettext looks its language up at every message."""
    os.environ["LANGUAGE"] = "pt_BR"
    gettext.bindtextdomain(_DOMAIN, _LOCALE)
