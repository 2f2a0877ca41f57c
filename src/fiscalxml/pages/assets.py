"""What all pages share: their templates, their style, and what a browser lets them do."""

from __future__ import annotations

import base64
import re
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files
from typing import Final

import jinja2

from fiscalxml.pages import words
from fiscalxml.pages.names import PERFIS, TIPOS
from fiscalxml.xml import milhar

_TURNING: Final = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")

STYLE: Final = "page.css"
CHARACTERS: Final = 1 << 16
"""of a page that are given at a time"""


def policy(script: str = "") -> str:
    """The Content-Security-Policy of a page: our own style and `script` (a name), and no more."""
    own_script = f"script-src '{_hash(asset(script))}'; " if script else ""
    return (
        f"default-src 'none'; style-src '{_hash(asset(STYLE))}'; {own_script}"
        "base-uri 'none'; form-action 'none'"
    )


def program() -> str:
    """This program and its version."""
    return f"API Fiscal XML {version('fiscalxml')}"


@cache
def asset(name: str) -> str:
    """The text of a file of this package."""
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


@cache
def template(name: str) -> jinja2.Template:
    """A template of this package. Whatever documents hold is text in it, never markup."""
    return _environment().get_template(name)


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("fiscalxml.pages", "."),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_in_order,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "milhar": milhar,
        "grouped": words.grouped,
        "dia": words.day,
        "data_hora": words.data_hora,
        "campo": words.field_name,
        "inscricao": words.inscricao,
        "cnpj_ou_cpf": words.cnpj_or_cpf,
        "impacto": words.impact,
        "porcento": _percent,
    }
    environment.globals |= {
        "tipos": TIPOS,
        "perfis": PERFIS,
        "plural": words.plural,
        "periodo": words.period,
    }
    return environment


def _in_order(value: object) -> object:
    """Without marks that turn the direction of text: a name could show another extension."""
    if isinstance(value, str) and not hasattr(value, "__html__") and _TURNING.search(value):
        return _TURNING.sub("\ufffd", value)
    return value


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(sha256(text.encode()).digest()).decode()}"


def _percent(part: int, whole: int) -> str:
    """'12,5 %'; never 0 % of what is there, never 100 % of what is not all."""
    if not whole:
        return "0\xa0%"
    share = 100 * part / whole
    if 0 < share < 0.1:
        return "<\xa00,1\xa0%"
    if part < whole and share > 99.9:
        return ">\xa099,9\xa0%"
    return f"{share:.1f}".removesuffix(".0").replace(".", ",") + "\xa0%"
