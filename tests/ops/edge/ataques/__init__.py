"""The list of attacks: a file a place, each attack with what it is and where it is from."""

from __future__ import annotations

import gzip
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from ops.edge.borda import NAME

_FOLDER: Final = Path(__file__).parent
_MANY_HEADERS: Final = "\r\n".join(f"X-{n}: {'a' * 400}" for n in range(100))
_LONG: Final = "x" * 30_000
_BOUNDARY: Final = "b"
_SEVERAL: Final = '"a"' + ',"a"' * 600


@dataclass(frozen=True)
class Ataque:
    """`bytes_` is the whole request, as it is sent on the connection."""

    lugar: str
    nome: str
    fonte: str
    recusa: str
    """who refuses it: `borda`, or `servico` for what only a service can tell"""
    bytes_: bytes

    @property
    def titulo(self) -> str:
        return f"{self.lugar}: {self.nome}"


@cache
def listed(chave: str) -> tuple[Ataque, ...]:
    """All of them, with this API key where a key is not the attack itself."""
    return tuple(
        Ataque(
            told["lugar"],
            row["nome"],
            row["fonte"],
            row.get("recusa", "borda"),
            _WRITERS[told["lugar"]](row, f"Authorization: Bearer {chave}"),
        )
        for path in sorted(_FOLDER.glob("*.toml"))
        for told in [tomllib.loads(path.read_text(encoding="utf-8"))]
        for row in told["ataque"]
    )


def request(
    method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
) -> bytes:
    """An HTTP/1.1 request after which the connection ends."""
    told = {"Host": NAME, "User-Agent": "cliente/1", "Accept": "*/*", **(headers or {})}
    if body is not None:
        told["Content-Length"] = str(len(body))
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {text}" for name, text in told.items())]
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode() + (body or b"")


def _authorized(credential: str, **headers: str) -> dict[str, str]:
    name, _, value = credential.partition(": ")
    return {name: value, **headers}


def _query(row: Mapping[str, Any], credential: str) -> bytes:
    query = row.get("cru") or f"texto={quote(row['texto'], safe='')}"
    return request("GET", f"/v1/regras?{query}", _authorized(credential))


def _header(row: Mapping[str, Any], credential: str) -> bytes:
    text = row["texto"] * row.get("vezes", 1)
    asks = "/v1/documentos" if row.get("recusa") == "servico" else "/v1/regras"
    # Where a credential is the attack, no other stands beside it.
    known = {} if row.get("recusa") == "servico" else _authorized(credential)
    return request("GET", asks, {**known, row["cabecalho"]: text})


def _path(row: Mapping[str, Any], credential: str) -> bytes:
    return request("GET", row["texto"] + "A" * row.get("vezes", 0), _authorized(credential))


def _json(row: Mapping[str, Any], credential: str) -> bytes:
    body = row.get("corpo") or json.dumps({"filtro": {"texto": row["texto"]}})
    data = body.replace("MUITOS", _SEVERAL).encode() * row.get("vezes", 1)
    headers = _authorized(credential, **{"Content-Type": "application/json"})
    return request("POST", row.get("caminho", "/v1/exportacoes"), headers, data)


def _xml(row: Mapping[str, Any], credential: str) -> bytes:
    text = row["corpo"].replace("COMPRIDO", _LONG)
    data = text.encode(row.get("codificacao", "utf-8")) * row.get("vezes", 1)
    headers = _authorized(
        credential,
        **{"Content-Type": row.get("tipo", "application/xml")},
        **row.get("cabecalhos", {}),
    )
    if row.get("gzip"):
        data, headers["Content-Encoding"] = gzip.compress(data, 9), "gzip"
    path = row.get("caminho", "/v1/validacoes")
    if "pedacos" in row:
        size = -(-len(data) // row["pedacos"])
        cut = (data[at : at + size] for at in range(0, len(data), size))
        sent = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in cut)
        return (
            request("POST", path, {**headers, "Transfer-Encoding": "chunked"}) + sent + b"0\r\n\r\n"
        )
    return request("POST", path, headers, data)


def _form(row: Mapping[str, Any], credential: str) -> bytes:
    body = row["cru"] if "cru" in row else _parts(row)
    kind = f"multipart/form-data; boundary={_BOUNDARY}"
    return request(
        "POST",
        "/v1/validacoes",
        _authorized(credential, **{"Content-Type": kind}),
        body.encode(),
    )


def _parts(row: Mapping[str, Any]) -> str:
    name = row.get("arquivo", "nota.xml")
    field = (
        f'--b\r\nContent-Disposition: form-data; name="{row["campo"]}"\r\n\r\n{row["texto"]}\r\n'
        if "campo" in row
        else ""
    )
    return (
        f'{field}--b\r\nContent-Disposition: form-data; name="arquivo"; filename="{name}"\r\n'
        f"Content-Type: application/xml\r\n\r\n{row['corpo']}\r\n--b--\r\n"
    )


def _bytes(row: Mapping[str, Any], _credential: str) -> bytes:
    text: str = row["bytes"].replace("Host: H", f"Host: {NAME}").replace("MUITOS", _MANY_HEADERS)
    return text.encode()


_WRITERS: Final = {
    "query": _query,
    "cabecalho": _header,
    "caminho": _path,
    "json": _json,
    "xml": _xml,
    "formulario": _form,
    "bytes": _bytes,
}
