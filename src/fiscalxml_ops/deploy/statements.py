"""What a migration's statements would do to the version that still runs; see docs/migracoes.md.

Only statements are looked at, not what functions do: their bodies run later, as they did before.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Final, NamedTuple


class Achado(NamedTuple):
    """A statement that the version of before may not survive, or that makes it wait."""

    regra: str
    trecho: str


_BODY = re.compile(r"\$(\w*)\$.*?\$\1\$", re.DOTALL)
_COMMENT = re.compile(r"--[^\n]*")
_NAME = r'(?:IF (?:NOT )?EXISTS )?(?:ONLY )?([\w.{}"]+)'
_CREATED = re.compile(rf"\bCREATE (?:UNLOGGED )?TABLE {_NAME}", re.IGNORECASE)
_INDEX = re.compile(rf"\bCREATE (UNIQUE )?INDEX (CONCURRENTLY )?\S+\s+ON {_NAME}", re.IGNORECASE)
_ALTERED = re.compile(rf"\bALTER TABLE {_NAME}", re.IGNORECASE)
_TABLE_CONSTRAINT = r"(?:CONSTRAINT \S+ )?(?:CHECK|UNIQUE|FOREIGN KEY|EXCLUDE|PRIMARY KEY)\b"
_CONSTRAINT = rf"ADD {_TABLE_CONSTRAINT}"
_ALWAYS: Final = {
    "remove": r"\bDROP (?:TABLE|COLUMN|(?:MATERIALIZED )?VIEW|FUNCTION|PROCEDURE|ROUTINE|TYPE"
    r"|DOMAIN|SCHEMA|SEQUENCE|ROLE|OWNED|EXTENSION|TRIGGER|POLICY)\b"
    rf"|\bALTER TABLE {_NAME} (?:.*, ?)?DROP (?!CONSTRAINT\b)",
    "apaga": r"^(?:TRUNCATE|DELETE)\b",
    "remove_padrao": r"\bALTER (?:COLUMN )?\S+ DROP DEFAULT\b",
    "renomeia": r"\bRENAME (?:TO|COLUMN|CONSTRAINT|VALUE|ATTRIBUTE)\b",
    "revoga": r"\bREVOKE\b(?!.*\bFROM PUBLIC\b)",
    "trava": r"^(?:LOCK|CLUSTER|VACUUM FULL|REINDEX)\b",
}
"""wherever they are"""
_ON_OLD_TABLES: Final = {
    "exige": r"\bSET NOT NULL\b",
    "exige_coluna": rf"\bADD (?!{_TABLE_CONSTRAINT})(?:(?!,\s*ADD\b)(?!\bDEFAULT\b).)*\bNOT NULL\b"
    r"(?!(?:(?!,\s*ADD\b).)*\bDEFAULT\b)",
    "muda_tipo": r"\bALTER (?:COLUMN )?\S+ (?:SET DATA )?TYPE\b",
    "restringe": rf"\b{_CONSTRAINT}(?!.*\bNOT VALID\b)",
}
"""of tables that were there: one that the same migration makes is nobody's yet"""
_OPERATIONS: Final = frozenset(
    {
        *("drop_table", "drop_column", "drop_index", "rename_table", "alter_column", "drop_schema"),
        *("add_column", "create_unique_constraint", "create_check_constraint"),
    }
)
"""of Alembic: here migrations are SQL, which this can read"""


# Medida: migracoes
def look(source: str) -> list[Achado]:
    """All that a migration (Python, with SQL in its texts) does that only a contraction may."""
    tree = ast.parse(source)
    statements = [
        statement
        for text in _texts(tree)
        for statement in _BODY.sub("''", _COMMENT.sub("", text)).split(";")
        if statement.strip()
    ]
    own = {found.lower() for each in statements for found in _CREATED.findall(each)}
    found = [each for statement in statements for each in _of(" ".join(statement.split()), own)]
    return found + list(_operations(tree))


def _of(statement: str, own: set[str]) -> Iterator[Achado]:
    for regra, pattern in _ALWAYS.items():
        if re.search(pattern, statement, re.IGNORECASE):
            yield Achado(regra, statement[:120])
    altered = _ALTERED.search(statement)
    if altered is not None and altered[1].lower() not in own:
        for regra, pattern in _ON_OLD_TABLES.items():
            if re.search(pattern, statement, re.IGNORECASE):
                yield Achado(regra, statement[:120])
    index = _INDEX.search(statement)
    if index is not None and index[3].lower() not in own:
        if index[1]:
            yield Achado("restringe", statement[:120])
        elif not index[2]:
            yield Achado("para_escritas", statement[:120])


def _texts(tree: ast.Module) -> Iterator[str]:
    """Texts that may be SQL; those that are put together count as one."""
    docstrings = {
        node.body[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    inside: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            inside.update(node.values)
            yield "".join(
                str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values
            )
        elif (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and node not in inside
            and node not in docstrings
        ):
            yield node.value


def _operations(tree: ast.Module) -> Iterator[Achado]:
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in _OPERATIONS
        ):
            yield Achado("sem_sql", f"op.{node.func.attr}, linha {node.lineno}")
