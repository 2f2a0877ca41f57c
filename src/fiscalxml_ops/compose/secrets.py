"""Every secret of `compose.yaml`, each a file: drawn once, and whose it is."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

from fiscalxml_ops.compose.authority import Autoridade
from fiscalxml_ops.compose.papeis import LOGINS, REPLICATOR, password_file
from fiscalxml_server.kit.service_identity import new_service_key
from fiscalxml_server.stack.database import DATABASE, OWNER, SERVICES

SERVICO: Final = 10001
"""uid of our own image; the others' are those of the images that `compose.yaml` names"""
POSTGRES: Final = 999
VALKEY: Final = 999
S3: Final = 1000
KONG: Final = 1000
GRAFANA: Final = 472
ELASTIC: Final = 1000
ALERTMANAGER: Final = 65534
_SECRET, _PUBLIC = 0o400, 0o444
_CALLING: Final = ("api", "webhooks")
"""services that ask the Auth Service"""
_READ_THE_REPLICA: Final = ("fiscalxml_api", "fiscalxml_relay")
_TLS: Final = {"postgres": POSTGRES, "replica": POSTGRES, "valkey": VALKEY, "s3": S3}


BY_HAND: Final = {
    "pagerduty-plantao": ALERTMANAGER,
    "pagerduty-gestao": ALERTMANAGER,
    "slack-url": ALERTMANAGER,
    "smtp-senha": ALERTMANAGER,
    "canario": SERVICO,
    "token-kibana": ELASTIC,
}
"""that others give, for profiles: nobody here can draw them"""


class Arquivo(NamedTuple):
    """One line of text, or several; `dono`: a uid."""

    nome: str
    texto: str
    dono: int
    modo: int = _SECRET


# Medida: segredos
def all_files(correio: str) -> Iterator[Arquivo]:
    """Drawn anew at each call. `correio`: the address of the e-mail server, with its password."""
    yield from _certificates()
    yield from _database()
    yield from _valkey()
    yield from _objects()
    yield from _keys()
    yield Arquivo("correio", correio, SERVICO)
    yield Arquivo("senha-grafana", _password(), GRAFANA)
    yield Arquivo("senha-elastic", _password(), ELASTIC)


def write(folder: Path, files: Iterator[Arquivo]) -> list[Arquivo]:
    """Into a folder that only its owner enters. Gives those that could not be given to their
    owner, which only root can. Raises FileExistsError, OSError.
    """
    folder.mkdir(mode=0o711, parents=True)
    left = []
    for each in files:
        path = folder / each.nome
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(f"{each.texto.rstrip()}\n")
        path.chmod(each.modo)
        if os.geteuid() == 0:
            os.chown(path, each.dono, each.dono)
        elif each.dono != os.geteuid() and each.modo == _SECRET:
            left.append(each)
    return left


def _certificates() -> Iterator[Arquivo]:
    autoridade = Autoridade("fiscalxml: servidores de dentro")
    yield Arquivo("ca.crt", autoridade.certificado, SERVICO, _PUBLIC)
    for servidor, dono in {**_TLS, "auth-interno": SERVICO, "borda": SERVICO}.items():
        signed = autoridade.sign(servidor)
        yield Arquivo(f"{servidor}.crt", signed.certificado, dono, _PUBLIC)
        yield Arquivo(f"{servidor}.key", signed.chave, dono)


def _database() -> Iterator[Arquivo]:
    passwords = {login: _password() for login in LOGINS}
    for login, password in passwords.items():
        yield Arquivo(password_file(login), password, POSTGRES)
    yield Arquivo("senha-postgres", _password(), POSTGRES)
    yield Arquivo("replica.pgpass", f"*:*:*:{REPLICATOR}:{passwords[REPLICATOR]}", POSTGRES)
    for login in (OWNER, *SERVICES):
        url = f"postgresql://{login}:{passwords[login]}@postgres:5432/{DATABASE}?ssl=verify-full"
        yield Arquivo(f"banco-{_short(login)}", url, SERVICO)
        if login in _READ_THE_REPLICA:
            yield Arquivo(
                f"replica-{_short(login)}", url.replace("@postgres:", "@replica:"), SERVICO
            )


def _valkey() -> Iterator[Arquivo]:
    services, gateway = _password(), _password()
    yield Arquivo(
        "valkey.acl",
        "user default off\n"
        f"user fiscalxml on >{services} ~* &* +@all -@admin\n"
        f"user portao on >{gateway} ~ratelimit:* +@all -@admin -@dangerous\n",
        VALKEY,
    )
    yield Arquivo("fila", f"rediss://fiscalxml:{services}@valkey:6379/0", SERVICO)
    yield Arquivo("limites", f"rediss://fiscalxml:{services}@valkey:6379/1", SERVICO)
    yield Arquivo("senha-portao", gateway, KONG)


def _objects() -> Iterator[Arquivo]:
    access, secret = secrets.token_hex(10), _password()
    identity = {
        "name": "fiscalxml",
        "credentials": [{"accessKey": access, "secretKey": secret}],
        "actions": ["Admin", "Read", "Write", "List", "Tagging"],
    }
    yield Arquivo("s3.json", json.dumps({"identities": [identity]}), S3)
    yield Arquivo("s3-acesso", access, SERVICO)
    yield Arquivo("s3-segredo", secret, SERVICO)


def _keys() -> Iterator[Arquivo]:
    for nome in ("mestra.key", "auth.key", "webhooks.key"):
        yield Arquivo(nome, secrets.token_hex(32), SERVICO)
    public: list[dict[str, Any]] = []
    for servico in _CALLING:
        private, known = new_service_key(servico)
        public.append(known)
        yield Arquivo(f"servico-{servico}.jwk", json.dumps(private), SERVICO)
    yield Arquivo("servicos.json", json.dumps({"keys": public}), SERVICO, _PUBLIC)


def _short(login: str) -> str:
    return login.removeprefix("fiscalxml_")


def _password() -> str:
    """Without what a URL, a shell or a file of passwords would read otherwise."""
    return secrets.token_hex(24)
