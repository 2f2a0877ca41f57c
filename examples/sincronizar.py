"""Keeps a copy of what the service knows of each document in a SQLite file.

    FISCALXML_URL=… FISCALXML_TOKEN=… python examples/sincronizar.py copia.sqlite

Run it as often as you like: each time it asks only for what changed since the last one. The version
is noted together with the documents, so a run that is killed loses nothing.
"""

from __future__ import annotations

import sqlite3
import sys

from fiscalxml.client import Cliente, problems

_TABLES = """
CREATE TABLE IF NOT EXISTS documentos (
    id TEXT PRIMARY KEY, chave TEXT, tipo TEXT, situacao TEXT, veredito TEXT, valor TEXT,
    vigente INTEGER
);
CREATE TABLE IF NOT EXISTS sincronia (unica INTEGER PRIMARY KEY CHECK (unica = 1), versao INTEGER);
INSERT OR IGNORE INTO sincronia VALUES (1, 0);
"""


def main(path: str) -> None:
    copy = sqlite3.connect(path)
    copy.executescript(_TABLES)
    with Cliente() as cliente:
        try:
            changed = _follow(cliente, copy)
        except problems.SincroniaPerdida:  # the service was restored from a backup: begin anew
            with copy:
                copy.execute("DELETE FROM documentos")
                copy.execute("UPDATE sincronia SET versao = 0")
            changed = _follow(cliente, copy)
    (total,) = copy.execute("SELECT count(*) FROM documentos WHERE vigente").fetchone()
    print(f"{changed} mudanças; {total} documentos na cópia")


def _follow(cliente: Cliente, copy: sqlite3.Connection) -> int:
    (versao,) = copy.execute("SELECT versao FROM sincronia").fetchone()
    changed = 0
    for page in cliente.mudancas(desde=versao):
        rows = [
            (str(d.id), d.chave, d.tipo, d.situacao, d.veredito, d.valor, d.vigente)
            for d in page.itens
        ]
        with copy:
            copy.executemany("INSERT OR REPLACE INTO documentos VALUES (?,?,?,?,?,?,?)", rows)
            if page.proximo is None:
                copy.execute("UPDATE sincronia SET versao = ?", (page.versao,))
        changed += len(rows)
    return changed


if __name__ == "__main__":
    main(sys.argv[1])
