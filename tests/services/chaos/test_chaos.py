"""The bounded version of `make chaos`."""

from __future__ import annotations

import secrets

from .run import run


def test_nothing_is_lost_and_nothing_comes_twice_while_everything_is_killed_and_stopped() -> None:
    seed = secrets.randbelow(1_000_000)
    print(run(seconds=14, documents=600, seed=seed))
