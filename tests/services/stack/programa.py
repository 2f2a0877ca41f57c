"""`fiscalxml up` with small roles in place of the service's: what is tested is the supervision.

The servers, signals, processes and folders are real. `api` answers /pronto and takes a lote;
`worker` has a child and does not end when asked; `relay` ends by itself, again and again, while the
file FALHA is there, and not when asked if it was started with the file TEIMOSO there; the migration
adds a row to a table and keeps what its environment was.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fiscalxml_server.stack.papel import Papel
from fiscalxml_server.stack.roles import Contexto, Tabela
from fiscalxml_server.stack.system import Opcoes, up

MIGRACAO = """
import asyncio, asyncpg, os
async def main():
    connection = await asyncpg.connect(os.environ["FISCALXML_DATABASE_URL"])
    await connection.execute("CREATE TABLE IF NOT EXISTS partidas (em timestamptz DEFAULT now())")
    await connection.execute("INSERT INTO partidas DEFAULT VALUES")
    await connection.close()
asyncio.run(main())
"""

API = """
import http.server, io, json, pathlib, sys, zipfile
recebidos = pathlib.Path(sys.argv[2])
class Servico(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/pronto":
            self.answer(200, {})
        else:
            self.answer(200, {"situacao": "concluido", "contagens": {"aceito": quantos()}})
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with recebidos.open("a") as file:
            print(self.headers["Authorization"], len(zipfile.ZipFile(io.BytesIO(body)).namelist()),
                  file=file)
        self.answer(202, {"id": "lote-1"})
    def answer(self, status, body):
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())
def quantos():
    return int(recebidos.read_text().split()[-1])
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Servico).serve_forever()
"""

WORKER = """
import signal, subprocess, sys
signal.signal(signal.SIGTERM, signal.SIG_IGN)
subprocess.run([sys.executable, "-c", "import time; time.sleep(1000)"])
"""

RELAY = """
import os, signal, sys, time
if os.path.exists(sys.argv[1]):
    print('{"message": "motivo da queda"}', flush=True)
    sys.exit(3)
if os.path.exists(sys.argv[2]):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
time.sleep(1000)
"""

AMBIENTE = """
import json, os, sys
with open(sys.argv[1], "w") as file:
    json.dump({k: v for k, v in os.environ.items() if k.startswith("FISCALXML_")}, file)
"""


def small_roles(contexto: Contexto) -> Tabela:
    """Same names and settings as the service's."""
    dados = contexto.pasta.path

    def papel(
        nome: str, code: str, *arguments: object, patience: float = 1, porta: int | None = None
    ) -> Papel:
        return Papel(
            nome=nome,
            porta=porta,
            argv=[sys.executable, "-c", code, *map(str, arguments)],
            env=contexto.settings() | {"PAPEL": nome},
            patience=patience,
        )

    return Tabela(
        papel("migracao", MIGRACAO + AMBIENTE, dados / "ambiente.json"),
        (
            papel("api", API, contexto.porta, dados / "recebidos.txt", porta=contexto.porta),
            papel("worker", WORKER),
            papel("relay", RELAY, dados / "FALHA", dados / "TEIMOSO", patience=1000),
        ),
    )


if __name__ == "__main__":
    folder, porta, *amostra = sys.argv[1:]
    opcoes = Opcoes(dados=Path(folder), porta=int(porta), workers=1, amostra=bool(amostra))
    sys.exit(up(opcoes, small_roles))
