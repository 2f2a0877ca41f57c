"""Commands that pages tell people to type: is there such a one?"""

from __future__ import annotations

import importlib
import re
import shlex
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.util import find_spec
from typing import Final

import click

from fiscalxml_ops.compliance.coming import is_coming
from fiscalxml_ops.compliance.project import ROOT, make_targets, read

_CLICK: Final[Mapping[str, tuple[str, str]]] = {
    "fiscalxml": ("fiscalxml.cli.main", "cli"),
    "fiscalxml-ops": ("fiscalxml_ops.cli", "main"),
    "fiscalxml_server.auth": ("fiscalxml_server.auth.__main__", "main"),
    "fiscalxml_server.kit.storage": ("fiscalxml_server.kit.storage.__main__", "main"),
}
"""program, or module after `python -m` -> where its click command is"""
FORASTEIROS: Final = frozenset(
    {"cdk", "tofu", "gh", "docker", "openssl", "curl", "dig", "git", "cosign", "nmap"}
)
"""programs of others that pages may name; no more is known of them here"""


class Desconhecido(Exception):
    """There is no such command; the text says which part of it, in Portuguese."""


def check(command: str, *, whole: bool = False) -> None:
    """Raises Desconhecido. What is `coming` is let through. `whole`: to be typed as it stands, so
    that what our commands demand is there, too."""
    if not is_coming(command):
        exists(command, whole=whole)


def exists(command: str, *, whole: bool = False) -> None:
    """Raises Desconhecido."""
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise Desconhecido(f"{command}: {error}") from None
    while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
        words = words[1:]
    if not words:
        raise Desconhecido("comando vazio")
    program, *rest = words
    if program in _CLICK:
        _click(program, rest, whole)
    elif program == "python":
        _python(rest, whole)
    elif program in _CHECKERS:
        _CHECKERS[program](rest)
    elif program not in FORASTEIROS:
        raise Desconhecido(f"{program}: programa que ninguém conhece aqui")


def _make(words: Sequence[str]) -> None:
    targets = [each for each in words if "=" not in each]
    if missing := [each for each in targets if each not in make_targets()]:
        raise Desconhecido(f"make {missing[0]}: não há este alvo")
    if not targets:
        raise Desconhecido("make: sem alvo")


def _python(words: Sequence[str], whole: bool) -> None:
    match words:
        case ["-m", module, *rest]:
            if module in _CLICK:
                _click(module, rest, whole)
            elif not _is_module(module):
                raise Desconhecido(f"python -m {module}: não há este módulo")
        case _:
            raise Desconhecido("python: só com -m")


def _is_module(name: str) -> bool:
    if name.startswith(("benchmarks", "scripts", "tests")):
        path = ROOT / name.replace(".", "/")
        return path.with_suffix(".py").exists() or (path / "__main__.py").exists()
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def _ci(words: Sequence[str]) -> None:
    parts = re.findall(r"^  ([a-z]+)\) ", read(".ci/run"), re.MULTILINE)
    if missing := [each for each in words if each not in parts]:
        raise Desconhecido(f".ci/run {missing[0]}: não há esta parte")


def _aws(words: Sequence[str]) -> None:
    """By botocore's models, where they are: service, operation, names of arguments."""
    match [each for each in words if not each.startswith("--profile=")]:
        case [service, operation, *rest]:
            operations = _operations(service)
            if operation not in operations:
                raise Desconhecido(f"aws {service} {operation}: não há esta operação")
            known = operations[operation] | _AWS_GLOBAL
            for each in (word.partition("=")[0] for word in rest if word.startswith("--")):
                if each.removeprefix("--no-") not in known and each not in known:
                    raise Desconhecido(f"aws {service} {operation}: não tem {each}")
        case _:
            raise Desconhecido("aws: serviço e operação")


_AWS_GLOBAL: Final = frozenset({"--region", "--profile", "--output", "--query"})


@cache
def _operations(service: str) -> Mapping[str, frozenset[str]]:
    session = importlib.import_module("botocore.session").get_session()
    xform = importlib.import_module("botocore").xform_name
    if service not in session.get_available_services():
        raise Desconhecido(f"aws {service}: não há este serviço")
    model = session.get_service_model(service)

    def name(text: str) -> str:
        return str(xform(text, "-"))

    found: dict[str, frozenset[str]] = {}
    for operation in model.operation_names:
        shape = model.operation_model(operation).input_shape
        members = shape.members if shape else ()
        found[name(operation)] = frozenset(f"--{name(each)}" for each in members)
    return found


def _click(program: str, words: Sequence[str], whole: bool) -> None:
    module, attribute = _CLICK[program]
    command: click.Command = getattr(importlib.import_module(module), attribute)
    said = program
    context = click.Context(command)
    rest = list(words)
    while isinstance(command, click.Group) and rest and not rest[0].startswith("-"):
        name = rest.pop(0)
        found = command.get_command(context, name)
        said = f"{said} {name}"
        if found is None:
            raise Desconhecido(f"{said}: não há este comando")
        command, context = found, click.Context(found, parent=context)
    given = {word.partition("=")[0] for word in rest if word.startswith("-")}
    options = {text for each in command.params for text in (*each.opts, *each.secondary_opts)}
    for each in sorted(given - options - {"--help", "-"}):
        raise Desconhecido(f"{said}: não tem a opção {each}")
    for param in command.params if whole else ():
        missing = isinstance(param, click.Option) and not given & {*param.opts}
        if param.required and missing:
            raise Desconhecido(f"{said}: falta a opção {param.opts[-1]}")


_CHECKERS: Final[Mapping[str, Callable[[Sequence[str]], None]]] = {
    "make": _make,
    ".ci/run": _ci,
    "aws": _aws,
}
