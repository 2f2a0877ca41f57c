"""Files that the service sends, written as they come and under their name only when whole."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

from fiscalxml.client.bodies import CHUNK, Caminho
from fiscalxml.client.errors import FalhaDeRede, RespostaInesperada
from fiscalxml.client.steps import Abrir, LerPedaco, Passos, Pedido, Resposta

_PART: Final = ".parcial"
_TRIES: Final = 5  # connections that bring nothing before it is given up


def saved(destino: Caminho) -> Passos[None]:
    """Write the body of an answer that is open; a broken one leaves no file. Raises OSError."""
    part = _part(destino)
    try:
        with part.open("wb") as file:
            while piece := (yield LerPedaco()):
                file.write(piece)
        part.replace(destino)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def fetched(caminho: str, destino: Caminho, sha256: str | None) -> Passos[None]:
    """Write what stands at an address that can give a part of it: a connection that breaks is taken
    up where it broke.

    Raises `RespostaInesperada` where the bytes are not those of `sha256`, OSError.
    """
    part = _part(destino)
    try:
        yield from _gathered(caminho, part)
        if sha256 is not None and _digest(part) != sha256:
            raise RespostaInesperada("O arquivo chegou diferente do que o serviço gravou.")
        part.replace(destino)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _gathered(caminho: str, part: Path) -> Passos[None]:
    etag, fruitless = "", 0
    with part.open("wb") as file:
        while True:
            begun = file.tell()
            resposta: Resposta = yield Abrir(_from(caminho, begun, etag))
            if resposta.status != 206:
                file.seek(0)
                file.truncate()
            etag = resposta.cabecalhos.get("etag", "")
            try:
                while piece := (yield LerPedaco()):
                    file.write(piece)
            except FalhaDeRede:
                fruitless = 0 if file.tell() > begun else fruitless + 1
                if fruitless == _TRIES:
                    raise
            else:
                return


def _from(caminho: str, begun: int, etag: str) -> Pedido:
    if not begun or not etag:
        return Pedido(caminho=caminho)
    return Pedido(caminho=caminho, cabecalhos={"Range": f"bytes={begun}-", "If-Range": etag})


def _part(destino: Caminho) -> Path:
    path = Path(destino)
    return path.with_name(f"{path.name}{_PART}")


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            digest.update(piece)
    return digest.hexdigest()
