"""PostgreSQL refuses to run as root: then it runs as a user of its own."""

from __future__ import annotations

import errno
import os
import pwd
import stat
import subprocess
from pathlib import Path
from typing import TypedDict

USER = "pgserver"
"""the one that the wheel makes, too"""


class ComoUsuario(TypedDict, total=False):
    """Arguments of `subprocess` that change the user."""

    user: int
    group: int
    extra_groups: list[int]
    cwd: str


def server_user() -> str | None:
    """None when this process is not root; else the user's name, made if it does not exist.

    Raises OSError or subprocess.CalledProcessError where users cannot be made.
    """
    if os.geteuid() != 0:
        return None
    try:
        pwd.getpwnam(USER)
    except KeyError:
        subprocess.run(["useradd", USER], check=True, capture_output=True, text=True)  # noqa: S603, S607
    return USER


def as_user(name: str | None) -> ComoUsuario:
    """Nothing for None. The folder changes too: the user may not be allowed into this one."""
    if name is None:
        return {}
    entry = pwd.getpwnam(name)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": [], "cwd": "/"}


def give(path: Path, name: str | None) -> None:
    """Make the user the folder's owner."""
    if name is not None:
        entry = pwd.getpwnam(name)
        os.chown(path, entry.pw_uid, entry.pw_gid)


def require_own(path: Path, name: str | None) -> None:
    """Raises PermissionError when the folder is somebody else's, or a link."""
    own = {os.geteuid()} | ({pwd.getpwnam(name).pw_uid} if name else set())
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in own:
        raise PermissionError(errno.EPERM, "folder of another user", str(path))


def let_pass(path: Path, name: str | None) -> list[Path]:
    """Let another user reach `path` through the folders above it; what is in them stays unseen.

    Gives the folders that had to be changed.
    """
    closed = [
        folder
        for folder in (path.resolve().parents if name else ())
        if not folder.stat().st_mode & stat.S_IXOTH
    ]
    for folder in closed:
        folder.chmod(stat.S_IMODE(folder.stat().st_mode) | stat.S_IXOTH)
    return closed
