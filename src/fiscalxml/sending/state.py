"""What was sent to a service, in a SQLite file that one process has at a time."""

from __future__ import annotations

import errno
import hashlib
import os
import sqlite3
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, Self
from uuid import UUID

import msgspec

from fiscalxml.sending.contents import Conteudo
from fiscalxml.sending.files import Arquivo, shown

_VERSION: Final = 1
_SCHEMA: Final = """
CREATE TABLE credenciais (impressao BLOB PRIMARY KEY, conta INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE arquivos (
    caminho BLOB PRIMARY KEY, tamanho INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
    sha256 BLOB NOT NULL, especie TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE remessas (
    id INTEGER PRIMARY KEY, conta INTEGER NOT NULL, chave TEXT NOT NULL, nome TEXT NOT NULL,
    arquivo INTEGER NOT NULL, criada REAL NOT NULL, situacao TEXT NOT NULL, lote TEXT, motivo TEXT
);
CREATE INDEX remessas_situacao ON remessas (conta, situacao);
CREATE TABLE conteudos (
    conta INTEGER NOT NULL, sha256 BLOB NOT NULL,
    remessa INTEGER NOT NULL, posicao INTEGER NOT NULL,
    caminho BLOB NOT NULL, nome TEXT NOT NULL, tamanho INTEGER NOT NULL,
    contagens TEXT, exemplos TEXT,
    PRIMARY KEY (conta, sha256)
) WITHOUT ROWID;
CREATE INDEX conteudos_remessa ON conteudos (remessa, posicao);
"""


class EstadoEmUso(Exception):
    """Another process has the file."""


class EstadoEstranho(Exception):
    """The file is damaged, or is none of this program's."""


class Parte(msgspec.Struct, frozen=True):
    """A content in a remessa: where it was found, and its name there."""

    sha256: bytes
    caminho: str
    nome: str
    tamanho: int


class Remessa(msgspec.Struct, frozen=True):
    """What is sent as one lote. `arquivo`: it is an archive as it stands."""

    id: int
    chave: str
    nome: str
    arquivo: bool
    criada: float
    lote: UUID | None


class Exemplo(msgspec.Struct, frozen=True, array_like=True):
    """A document that was not accepted."""

    nome: str
    desfecho: str
    codigo: str | None = None
    mensagem: str | None = None


class Resultado(msgspec.Struct, frozen=True):
    """What became of a content: documents by outcome, and the first that were not accepted."""

    contagens: Mapping[str, int]
    exemplos: Sequence[Exemplo] = ()


_EXEMPLOS = msgspec.json.Decoder(list[Exemplo])
_CONTAGENS = msgspec.json.Decoder(dict[str, int])


class Estado:
    """Of one service. What concerns an account (`conta`) is asked after `enter`."""

    def __init__(self, path: Path) -> None:
        """Raises `EstadoEmUso`, `EstadoEstranho`, OSError."""
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.path = path
        self.conta = 0
        try:
            self._db = sqlite3.connect(path, isolation_level=None, timeout=0.5)
            self._open()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise EstadoEmUso(str(path)) from error
            raise OSError(errno.EIO, str(error), str(path)) from error
        except sqlite3.DatabaseError as error:
            raise EstadoEstranho(str(path)) from error

    def _open(self) -> None:
        self._db.execute("PRAGMA locking_mode = EXCLUSIVE")
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        with self._write():  # takes the lock, for as long as this process lives
            (version,) = self._db.execute("PRAGMA user_version").fetchone()
            if version not in (0, _VERSION):
                raise sqlite3.DatabaseError("of another version")
            if version == 0:
                for statement in filter(str.strip, _SCHEMA.split(";")):
                    self._db.execute(statement)
            self._db.execute(f"PRAGMA user_version = {_VERSION}")
            # What was refused is tried again by every run.
            self._db.execute(
                "DELETE FROM conteudos WHERE remessa IN"
                " (SELECT id FROM remessas WHERE situacao = 'recusada')"
            )
            self._db.execute("DELETE FROM remessas WHERE situacao = 'recusada'")
        self._db.execute("CREATE TEMP TABLE vistos (sha256 BLOB PRIMARY KEY) WITHOUT ROWID")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def owns(self, path: str) -> bool:
        """Whether a file is this one, or one beside it that SQLite made."""
        if not path.rpartition(os.sep)[2].startswith(self.path.name):
            return False
        with suppress(OSError):
            return Path(path).parent.samefile(self.path.parent)
        return False

    # Accounts: who has the same documents at the service, under whatever credential.

    def account(self, credencial: str) -> int | None:
        row = self._db.execute(
            "SELECT conta FROM credenciais WHERE impressao = ?", (_impressao(credencial),)
        ).fetchone()
        return None if row is None else int(row[0])

    def accounts(self) -> list[tuple[int, UUID]]:
        """Each account with the newest lote that it is known to have."""
        rows = self._db.execute(
            "SELECT conta, lote, max(id) FROM remessas WHERE lote IS NOT NULL GROUP BY conta"
        )
        return [(int(conta), UUID(lote)) for conta, lote, _ in rows]

    def enter(self, credencial: str, conta: int | None) -> None:
        """From here on, of this account; None: of a new one."""
        with self._write():
            if conta is None:
                (conta,) = self._db.execute(
                    "SELECT coalesce(max(conta), 0) + 1 FROM credenciais"
                ).fetchone()
            self._db.execute(
                "INSERT OR REPLACE INTO credenciais VALUES (?, ?)", (_impressao(credencial), conta)
            )
        self.conta = conta

    # Files: their content as it was read, as long as size and time of change are the same.

    def content(self, arquivo: Arquivo) -> Conteudo | None:
        row = self._db.execute(
            "SELECT sha256, especie FROM arquivos"
            " WHERE caminho = ? AND tamanho = ? AND mtime_ns = ?",
            (os.fsencode(arquivo.caminho), arquivo.tamanho, arquivo.mtime_ns),
        ).fetchone()
        return None if row is None else Conteudo(row[0], row[1])

    def keep_content(self, arquivo: Arquivo, conteudo: Conteudo) -> None:
        if arquivo.is_fresh:
            return
        self._db.execute(
            "INSERT OR REPLACE INTO arquivos VALUES (?, ?, ?, ?, ?)",
            (
                os.fsencode(arquivo.caminho),
                arquivo.tamanho,
                arquivo.mtime_ns,
                conteudo.sha256,
                conteudo.especie,
            ),
        )

    # Contents and the remessas that they are sent in.

    def see(self, sha256: bytes) -> bool:
        """Note that a content was found in this run; whether it is the first time."""
        done = self._db.execute("INSERT OR IGNORE INTO vistos VALUES (?)", (sha256,))
        return done.rowcount == 1

    def has(self, sha256: bytes) -> bool:
        """Whether a content is in a remessa."""
        row = self._db.execute(
            "SELECT 1 FROM conteudos WHERE conta = ? AND sha256 = ?", (self.conta, sha256)
        ).fetchone()
        return row is not None

    def plan(self, label: str, partes: Sequence[Parte], *, arquivo: bool) -> Remessa:
        """Write down what is about to be sent."""
        chave = _chave(partes)
        nome = f"{label[:180]} {chave[:12]}"
        criada = time.time()
        with self._write():
            number = self._db.execute(
                "INSERT INTO remessas (conta, chave, nome, arquivo, criada, situacao)"
                " VALUES (?, ?, ?, ?, ?, 'planejada')",
                (self.conta, chave, nome, arquivo, criada),
            ).lastrowid
            assert number is not None  # noqa: S101 - it was inserted
            self._db.executemany(
                "INSERT INTO conteudos (conta, sha256, remessa, posicao, caminho, nome, tamanho)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    (self.conta, p.sha256, number, place, os.fsencode(p.caminho), p.nome, p.tamanho)
                    for place, p in enumerate(partes)
                ),
            )
        return Remessa(number, chave, nome, arquivo, criada, None)

    def planned(self) -> list[Remessa]:
        """What was to be sent, and may have been."""
        return self._remessas("planejada")

    def sent(self) -> list[Remessa]:
        """What the service has taken, and whose outcome is not known yet."""
        return self._remessas("aceita")

    def parts(self, remessa: Remessa) -> list[Parte]:
        rows = self._db.execute(
            "SELECT sha256, caminho, nome, tamanho FROM conteudos"
            " WHERE remessa = ? ORDER BY posicao",
            (remessa.id,),
        )
        return [Parte(row[0], os.fsdecode(row[1]), row[2], row[3]) for row in rows]

    def accept(self, remessa: Remessa, lote: UUID) -> None:
        """The service has it, as this lote."""
        self._db.execute(
            "UPDATE remessas SET situacao = 'aceita', lote = ? WHERE id = ?",
            (str(lote), remessa.id),
        )

    def refuse(self, remessa: Remessa, motivo: str) -> None:
        """The service does not take it; until the next run it is not offered again."""
        exemplos = [
            (_encode([Exemplo(shown(p.caminho), "recusado", None, motivo)]), self.conta, p.sha256)
            for p in self.parts(remessa)
        ]
        with self._write():
            self._db.execute(
                "UPDATE remessas SET situacao = 'recusada', motivo = ? WHERE id = ?",
                (motivo, remessa.id),
            )
            self._db.executemany(
                "UPDATE conteudos SET contagens = '{\"recusado\": 1}', exemplos = ?"
                " WHERE conta = ? AND sha256 = ?",
                exemplos,
            )

    def forget(self, remessa: Remessa) -> None:
        """It never was: its contents are new again."""
        with self._write():
            self._db.execute("DELETE FROM conteudos WHERE remessa = ?", (remessa.id,))
            self._db.execute("DELETE FROM remessas WHERE id = ?", (remessa.id,))

    def conclude(self, remessa: Remessa, resultados: Mapping[bytes, Resultado]) -> None:
        """What became of each of its contents."""
        with self._write():
            self._db.execute(
                "UPDATE remessas SET situacao = 'concluida' WHERE id = ?", (remessa.id,)
            )
            self._db.executemany(
                "UPDATE conteudos SET contagens = ?, exemplos = ? WHERE conta = ? AND sha256 = ?",
                (
                    (
                        _encode(r.contagens),
                        _encode(r.exemplos) if r.exemplos else None,
                        self.conta,
                        sha256,
                    )
                    for sha256, r in resultados.items()
                ),
            )

    # What became of what was found in this run.

    def counts(self) -> Counter[str]:
        """Documents by outcome; `pendente`: contents whose outcome is not known yet."""
        total: Counter[str] = Counter()
        for contagens, times in self._db.execute(
            "SELECT contagens, count(*) FROM vistos JOIN conteudos USING (sha256)"
            " WHERE conta = ? GROUP BY contagens",
            (self.conta,),
        ):
            each = {"pendente": 1} if contagens is None else _CONTAGENS.decode(contagens)
            for desfecho, number in each.items():
                total[desfecho] += number * times
        return total

    def examples(self, limit: int) -> list[Exemplo]:
        """The first documents that were not accepted."""
        rows = self._db.execute(
            "SELECT exemplos FROM vistos JOIN conteudos USING (sha256)"
            " WHERE conta = ? AND exemplos IS NOT NULL ORDER BY remessa, posicao LIMIT ?",
            (self.conta, limit),
        )
        found = [each for (text,) in rows for each in _EXEMPLOS.decode(text)]
        return found[:limit]

    def _remessas(self, situacao: str) -> list[Remessa]:
        rows = self._db.execute(
            "SELECT id, chave, nome, arquivo, criada, lote FROM remessas"
            " WHERE conta = ? AND situacao = ? ORDER BY id",
            (self.conta, situacao),
        )
        return [
            Remessa(number, chave, nome, bool(arquivo), criada, UUID(lote) if lote else None)
            for number, chave, nome, arquivo, criada, lote in rows
        ]

    @contextmanager
    def _write(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")


def _chave(partes: Iterable[Parte]) -> str:
    """An Idempotency-Key that says what is sent, and under which names."""
    digest = hashlib.sha256()
    for parte in partes:
        digest.update(msgspec.msgpack.encode((parte.sha256, parte.nome)))
    return digest.hexdigest()[:48]


def _impressao(credencial: str) -> bytes:
    return hashlib.sha256(credencial.encode()).digest()


def _encode(value: object) -> str:
    return msgspec.json.encode(value).decode()
