"""A region's object store: SeaweedFS over HTTPS, with the buckets and identities of production."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import boto3
from botocore.client import Config
from botocore.exceptions import BotoCoreError, ClientError
from obstore.store import S3Store

from fiscalxml_ops.recovery.pgbackrest import Repositorio
from ports import free_port
from services.servers.seaweed import free_ports
from services.servers.tls import HOST, new_authority

if TYPE_CHECKING:
    from fiscalxml_server.stack.guardian import Guardiao

BACKUPS: Final = "backups"
DOCUMENTOS: Final = "documentos"
CHAVES: Final = "chaves"
AUDITORIA: Final = "auditoria"
LOCKED: Final = (BACKUPS, AUDITORIA)
_DAYS: Final = 35
"""of the lock: as long as a backup is kept"""
_LIMIT: Final = 60.0
_REGION: Final = "us-east-1"


class Identidade(NamedTuple):
    """Who asks, and what for."""

    nome: str
    segredo: str
    acoes: tuple[str, ...]


_ALL: Final = ("Admin", "Read", "Write", "List", "Tagging")
DONO: Final = Identidade("dono", "segredo-do-dono-do-balde", _ALL)
"""makes the buckets, and works nowhere"""
ESCRITOR: Final = Identidade(
    "escritor",
    "segredo-de-quem-grava-backups",
    tuple(f"{what}:{BACKUPS}" for what in ("Read", "Write", "List")),
)
"""of the machine of PostgreSQL: what who breaks into that has"""
SERVICO: Final = Identidade(
    "servico",
    "segredo-dos-servicos",
    tuple(
        f"{what}:{bucket}"
        for what in ("Read", "Write", "List")
        for bucket in (DOCUMENTOS, CHAVES, AUDITORIA)
    ),
)


class Baldes:
    """The store of one region, in `folder`."""

    def __init__(self, folder: Path, guardiao: Guardiao) -> None:
        folder.mkdir()
        self.folder = folder
        self.porta = free_port()
        autoridade = new_authority(folder, "autoridade")
        self.ca = autoridade.ca
        self._guardiao = guardiao
        self._process = self._start(autoridade.servidor)
        self._wait()
        self._make_buckets()

    def repositorio(self) -> Repositorio:
        """The bucket of backups, as pgBackRest reaches it."""
        return Repositorio(
            balde=BACKUPS,
            endereco=HOST,
            porta=self.porta,
            regiao=_REGION,
            ca=str(self.ca),
            estilo="path",
        )

    def settings(self) -> Mapping[str, str]:
        """`FISCALXML_…` for the services."""
        return {
            "FISCALXML_OBJECTS_URL": f"s3://{DOCUMENTOS}",
            "FISCALXML_KEYS_URL": f"s3://{CHAVES}",
            "FISCALXML_AUDIT_URL": f"s3://{AUDITORIA}",
            "FISCALXML_OBJECTS_ENDPOINT": self.endpoint,
            "FISCALXML_OBJECTS_REGION": _REGION,
            "FISCALXML_OBJECTS_ACCESS_KEY": SERVICO.nome,
            "FISCALXML_OBJECTS_SECRET_KEY": SERVICO.segredo,
            "FISCALXML_CA_FILE": str(self.ca),
        }

    @property
    def endpoint(self) -> str:
        return f"https://{HOST}:{self.porta}"

    def client(self, identidade: Identidade) -> Any:
        """boto3's, for what only S3 has: versions, locks, policies."""
        return boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            aws_access_key_id=identidade.nome,
            aws_secret_access_key=identidade.segredo,
            region_name=_REGION,
            verify=str(self.ca),
            config=Config(retries={"max_attempts": 1}, s3={"addressing_style": "path"}),
        )

    def store(self, bucket: str) -> S3Store:
        """The bucket for who copies it, or makes it larger."""
        return S3Store(
            bucket,
            endpoint=self.endpoint,
            region=_REGION,
            access_key_id=DONO.nome,
            secret_access_key=DONO.segredo,
            client_options={
                "root_certificate": self.ca.read_text(),
                "timeout": timedelta(seconds=30),
            },
            retry_config={"max_retries": 2},
        )

    def kill(self) -> None:
        """At once, as a fire does."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._guardiao.forget(self._process.pid)

    def _start(self, certificate: Path) -> subprocess.Popen[bytes]:
        key, middle, rest = certificate.read_text().partition("-----BEGIN CERTIFICATE")
        (self.folder / "servidor.key").write_text(key)
        (self.folder / "servidor.crt").write_text(middle + rest)
        people = (DONO, ESCRITOR, SERVICO)
        identities = [
            {
                "name": each.nome,
                "credentials": [{"accessKey": each.nome, "secretKey": each.segredo}],
                "actions": list(each.acoes),
            }
            for each in people
        ]
        (self.folder / "s3.json").write_text(json.dumps({"identities": identities}))
        ports = free_ports()
        flags = [f"-{name if '.' in name else f'{name}.port'}={at}" for name, at in ports.items()]
        with (self.folder / "s3.log").open("wb") as log:
            process = subprocess.Popen(
                [
                    *(str(Path(sys.executable).with_name("weed")), "server", f"-dir={self.folder}"),
                    *(f"-ip={HOST}", f"-ip.bind={HOST}", "-volume.max=200"),
                    *("-master.volumeSizeLimitMB=512", "-s3"),
                    f"-s3.config={self.folder}/s3.json",
                    f"-s3.port.https={self.porta}",
                    f"-s3.cert.file={self.folder}/servidor.crt",
                    f"-s3.key.file={self.folder}/servidor.key",
                    *flags,
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._guardiao.watch(process.pid, signal.SIGKILL)
        return process

    def _wait(self) -> None:
        s3 = self.client(DONO)
        deadline = time.monotonic() + _LIMIT
        while True:
            try:
                s3.put_object(Bucket="pronto", Key="pronto", Body=b"sim")
            except (BotoCoreError, ClientError):
                assert self._process.poll() is None, (self.folder / "s3.log").read_text()
                assert time.monotonic() < deadline, (self.folder / "s3.log").read_text()
                time.sleep(0.1)
            else:
                return

    def _make_buckets(self) -> None:
        s3 = self.client(DONO)
        for bucket in (DOCUMENTOS, CHAVES, *LOCKED):
            s3.create_bucket(Bucket=bucket, ObjectLockEnabledForBucket=bucket in LOCKED)
            s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        for bucket in LOCKED:
            retention = {"Mode": "COMPLIANCE", "Days": _DAYS}
            s3.put_object_lock_configuration(
                Bucket=bucket,
                ObjectLockConfiguration={
                    "ObjectLockEnabled": "Enabled",
                    "Rule": {"DefaultRetention": retention},
                },
            )
