"""The bounded version of `make chaos-webhooks`."""

from __future__ import annotations

import secrets

from .run import run


def test_what_was_told_is_delivered_once_and_again_until_it_is_taken_whatever_is_killed() -> None:
    seed = secrets.randbelow(1_000_000)
    print(run(seconds=8, documents=250, seed=seed))
