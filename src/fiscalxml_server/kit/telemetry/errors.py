"""What may be told of an exception: its type, an SQLSTATE, and the frames of our own code.

Never its message: lxml quotes the document, PostgreSQL quotes the row, `KeyError` quotes the key.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from pathlib import Path

_OWN = str(Path(__file__).parents[3] / "fiscalxml")
_SOURCES = len(str(Path(__file__).parents[3])) + 1
_MAX_FRAMES = 20
_MAX_CHAIN = 5
_SQLSTATE = 5  # characters


def type_name(error: BaseException) -> str:
    """Module and class; a builtin's class alone."""
    kind = type(error)
    return kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"


def describe(error: BaseException) -> dict[str, str]:
    """The ECS fields of an exception."""
    chain = list(_chain(error))
    told = {
        "error.type": type_name(error),
        "error.stack_trace": "\n".join(line for link in chain for line in _lines(link)),
    }
    code = next((code for link in chain if (code := _sqlstate(link))), None)
    if code is not None:
        told["error.code"] = code
    return told


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error, then what caused it, outermost first; of a group, its first members too."""
    waiting, seen = [error], 0
    while waiting and seen < _MAX_CHAIN:
        link = waiting.pop(0)
        seen += 1
        yield link
        if isinstance(link, BaseExceptionGroup):
            waiting.extend(link.exceptions)
        cause = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
        if cause is not None:
            waiting.append(cause)


def _lines(error: BaseException) -> Iterator[str]:
    yield type_name(error)
    frames = [
        (frame.f_code.co_filename, line, frame.f_code.co_name)
        for frame, line in traceback.walk_tb(error.__traceback__)
    ]
    raised_at = frames[-1:]
    own = [frame for frame in frames[:-1] if frame[0].startswith(_OWN)]
    for file, line, function in own[-_MAX_FRAMES:] + raised_at:
        yield f"  {short_path(file)}:{line} {function}"


def short_path(file: str) -> str:
    """Ours from the package on; others by file and folder, without the machine's paths."""
    if file.startswith(_OWN):
        return file[_SOURCES:]
    return "/".join(Path(file).parts[-2:])


def _sqlstate(error: BaseException) -> str | None:
    for holder in (error, getattr(error, "orig", None)):
        code = getattr(holder, "sqlstate", None)
        if isinstance(code, str) and len(code) == _SQLSTATE and code.isalnum():
            return code
    return None
