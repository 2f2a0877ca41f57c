"""What is supervised: a role, or an embedded server."""

from __future__ import annotations

import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Papel:
    """One process, with whatever processes it starts itself."""

    nome: str
    """as it is told to people; also the name of its log"""
    argv: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    """added to the supervisor's environment"""
    porta: int | None = None
    """of 127.0.0.1, where it answers `/pronto` when it is"""
    ending: signal.Signals = signal.SIGTERM
    """asks it to end in good order"""
    patience: float = 10
    """seconds between asking and forcing"""
    user: str | None = None
    """of the system, to run as; needs root"""
