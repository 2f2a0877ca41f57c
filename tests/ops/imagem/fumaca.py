"""Runs in a container beside the others, on our own image: uses the service as a customer does.

Signs up (the code comes by e-mail), makes an API key and a webhook, sends a lote, waits for its end
and for its notificação, draws a DANFE, prints a report, exports to Parquet. Prints one JSON object.
Only the standard library and the service's own client: nothing else is in the image.
"""

from __future__ import annotations

import json
import re
import ssl
import sys
import time
import urllib.request
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from socket import create_server
from threading import Thread
from typing import Any

from fiscalxml.client import Cliente
from fiscalxml.generator import Pedido, generate
from fiscalxml.webhooks import verify

AUTH, API, WEBHOOKS = "http://auth:8001", "http://api:8000", "http://webhooks:8002"
RECEPTOR = "receptor.exemplo.com.br"
_SENHA = "trem-bala-que-nunca-parte-cedo"
_SECONDS = 180.0
_PARQUET = b"PAR1"
_FAULTS = [("629", 3), ("209", 2)]
_DOCUMENTS = 60


def main() -> int:
    letters, told = receive_mail(), receive_notices()
    access = enter(letters)
    chave = ask(AUTH, "/v1/chaves-api", access, nome="ensaio", escopos=_scopes())["chave"]
    begun = time.monotonic()
    with Cliente(API, chave, webhooks_url=WEBHOOKS) as cliente:
        webhook = cliente.criar_webhook(f"https://{RECEPTOR}:8443/avisos", tipos=["lote.concluido"])
        folder = documents(Path("/tmp/lote"))  # noqa: S108 - the container's own
        lote = cliente.esperar(cliente.enviar(folder).id)
        processed = time.monotonic() - begun
        headers, body = told.get(timeout=_SECONDS)
        notice = verify(body, headers, str(webhook.segredo))
        accepted = next(iter(cliente.procurar(veredito="valido", tipo="nfe")))
        pdf = cliente.danfe(str(accepted.chave))
        report = cliente.relatorio_impresso(str(accepted.chave), formato="pdf")
        export = folder.parent / "tudo.parquet"
        cliente.exportar(export, "parquet")
        table = export.read_bytes()
    said = {
        "lote": lote.situacao,
        "aceito": lote.contagens.aceito,
        "invalido": lote.contagens.invalido,
        "segundos": round(processed, 1),
        "notificacao": notice.tipo,
        "danfe": bytes(pdf)[:4].decode(),
        "relatorio": bytes(report)[:4].decode(),
        "parquet": table[:4] == table[-4:] == _PARQUET,
    }
    sys.stdout.write(json.dumps(said) + "\n")
    return 0


def _scopes() -> list[str]:
    return ["documentos:ler", "documentos:escrever", "webhooks:ler", "webhooks:escrever"]


def documents(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    for each in generate(Pedido(quantidade=_DOCUMENTS, semente=9, falhas=_FAULTS)):
        (folder / each.nome).write_bytes(each.xml)
    return folder


def enter(letters: Queue[str]) -> str:
    """An access token of a new organisation's owner."""
    person = {"email": f"ana-{time.time_ns()}@exemplo.com.br", "senha": _SENHA}
    ask(AUTH, "/v1/cadastro", None, nome="Ana Souza", organizacao="Ensaio", **person)
    letter = letters.get(timeout=_SECONDS)
    found = re.search(r"#codigo=(\w+)", letter.replace("=\r\n", "").replace("=3D", "="))
    assert found is not None, letter
    ask(AUTH, "/v1/cadastro/confirmacao", None, codigo=found[1], senha=_SENHA)
    return str(ask(AUTH, "/v1/sessoes", None, **person)["acesso"])


def ask(base: str, path: str, access: str | None, **body: object) -> dict[str, Any]:
    """A POST. Raises HTTPError, whose body is printed."""
    request = urllib.request.Request(base + path, json.dumps(body).encode())  # noqa: S310
    request.add_header("Content-Type", "application/json")
    if access is not None:
        request.add_header("Authorization", f"Bearer {access}")
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            return dict(json.loads(answer.read() or b"{}"))
    except urllib.error.HTTPError as error:
        sys.stderr.write(error.read().decode() + "\n")
        raise


def receive_notices() -> Queue[tuple[dict[str, str], bytes]]:
    """A receiver of webhooks by TLS."""
    told: Queue[tuple[dict[str, str], bytes]] = Queue()

    class Receptor(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told.put((dict(self.headers.items()), body))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """What was told is judged, not logged."""

    server = ThreadingHTTPServer(("0.0.0.0", 8443), Receptor)  # noqa: S104 - in its container
    server.socket = _context("receptor").wrap_socket(server.socket, server_side=True)
    _in_background(server.serve_forever)
    return told


def receive_mail() -> Queue[str]:
    """An SMTP server by TLS that takes everything."""
    letters: Queue[str] = Queue()
    listening = _context("correio").wrap_socket(create_server(("0.0.0.0", 465)), server_side=True)  # noqa: S104

    def serve() -> None:
        while True:
            connection, _ = listening.accept()
            with connection, connection.makefile("rw", newline="\r\n", encoding="latin-1") as lines:
                _converse(lines, letters)

    _in_background(serve)
    return letters


def _converse(lines: Any, letters: Queue[str]) -> None:
    def say(answer: str) -> None:
        lines.write(answer + "\r\n")
        lines.flush()

    say("220 correio")
    while line := lines.readline():
        match line.split()[0].upper():
            case "EHLO":
                say("250-correio\r\n250 AUTH PLAIN LOGIN")
            case "AUTH":
                say("235 ok")
            case "DATA":
                say("354 diga")
                letter = ""
                while (text := lines.readline()) != ".\r\n":
                    letter += text
                letters.put(letter)
                say("250 ok")
            case "QUIT":
                say("221 ate")
                return
            case _:
                say("250 ok")


def _context(nome: str) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(f"/run/secrets/{nome}.crt", f"/run/secrets/{nome}.key")
    return context


def _in_background(work: Callable[[], object]) -> None:
    Thread(target=work, daemon=True).start()


if __name__ == "__main__":
    sys.exit(main())
