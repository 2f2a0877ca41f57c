"""What the hostile-input tests ask of a report: every one also keeps the invariants."""

from collections.abc import Iterable

from factory import build
from fiscalxml import Report
from fuzz.invariants import reports_of

SIGNED = build("nfe")
DRAFT = build("nfe", sign=False)
AUTHORISED = build("nfe", protocol=True)
VALID = ("valido", {"SIG-010:aviso"})
"""The verdict and findings of SIGNED: only its authority is unknown."""
VALID_DRAFT = ("valido", {"SIG-001:info"})


def one(data: bytes) -> Report:
    """The only report of an input."""
    (report,) = reports_of(data)
    return report


def outcome(data: bytes) -> tuple[str, set[str]]:
    """The verdict of the only document and its findings, as `código:severidade`."""
    report = one(data)
    return report.veredito, findings(report)


def findings(report: Report) -> set[str]:
    """`{"297:erro", "SIG-010:aviso"}`"""
    return {f"{achado.codigo}:{achado.severidade}" for achado in report.achados}


def refused(data: bytes, codigo: str) -> None:
    """The input is refused before anything in it is read, with this finding only."""
    report = one(data)
    got = (report.documento.tipo, report.veredito, findings(report))
    assert got == ("desconhecido", "invalido", {f"{codigo}:erro"}), got


def insert(data: bytes, before: bytes, new: bytes) -> bytes:
    """`new` in front of the first `before`, which must be there."""
    assert before in data
    return data.replace(before, new + before, 1)


def with_text(data: bytes, tag: str, text: bytes) -> bytes:
    """The first `<tag>` with another text, already escaped."""
    opening, closing = f"<{tag}>".encode(), f"</{tag}>".encode()
    start = data.index(opening) + len(opening)
    return data[:start] + text + data[data.index(closing, start) :]


def numbered(template: str, numbers: Iterable[int]) -> bytes:
    """`template` once for each number, in the place of `{}`."""
    return "".join(template.format(number) for number in numbers).encode()
