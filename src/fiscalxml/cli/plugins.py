"""Commands that other packages bring, as entry points of the group `fiscalxml.commands`.

They are looked for only when a command is unknown or all are listed, and imported only when used:
the core's own commands never pay for them.
"""

from __future__ import annotations

from importlib.metadata import entry_points

import click

GROUP = "fiscalxml.commands"


class Comandos(click.Group):
    """The core's commands, then those of the entry points."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        found = {entry.name for entry in entry_points(group=GROUP)}
        return sorted(found.union(super().list_commands(ctx)))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        own = super().get_command(ctx, cmd_name)
        if own is not None:
            return own
        for entry in entry_points(group=GROUP, name=cmd_name):
            command = entry.load()
            if isinstance(command, click.Command):
                return command
        return None
