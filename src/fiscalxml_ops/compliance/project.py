"""What the project has that may be cited: files, symbols, tests, headings, jobs of workflows."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import yaml

ROOT: Final = Path(__file__).parents[3]
_HEADING: Final = re.compile(r"^#{1,6} +(.+?) *$", re.MULTILINE)
_FENCE: Final = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_TARGET: Final = re.compile(r"^([a-z][\w-]*):(?!=)", re.MULTILINE)


def read(path: str) -> str:
    """A file of the project. Raises OSError."""
    return (ROOT / path).read_text(encoding="utf-8")


@cache
def symbols(path: str) -> frozenset[str]:
    """Of a Python file: what stands at its top, and methods as `Class.method`."""
    return frozenset(_names(ast.parse(read(path)).body))


def _names(body: list[ast.stmt], owner: str = "") -> Iterator[str]:
    for node in body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield owner + node.name
            case ast.ClassDef():
                yield owner + node.name
                yield from _names(node.body, f"{owner}{node.name}.")
            case ast.AnnAssign(target=ast.Name(id=name)):
                yield owner + name
            case ast.Assign(targets=targets):
                yield from (owner + each.id for each in targets if isinstance(each, ast.Name))


@cache
def headings(path: str) -> frozenset[str]:
    """Of a Markdown file: the anchors that GitHub makes of its headings."""
    return frozenset(slug(each) for each in _HEADING.findall(_FENCE.sub("", read(path))))


def slug(heading: str) -> str:
    """`### O que se *faz*: já` -> `o-que-se-faz-já`; that of a second equal one is not told."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@cache
def make_targets() -> frozenset[str]:
    """Of the Makefile."""
    return frozenset(_TARGET.findall(read("Makefile")))


@cache
def jobs(workflow: str) -> frozenset[str]:
    """Of a workflow's file."""
    return frozenset(yaml.safe_load(read(workflow))["jobs"])
