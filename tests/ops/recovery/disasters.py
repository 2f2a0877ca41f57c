"""The disasters of a drill, each by the steps that the runbooks have for it."""

from __future__ import annotations

import secrets
import time
from typing import Final

import asyncpg
import pytest

from . import filling, ransom
from .load import Aceito
from .measures import Desastre, Medidas
from .place import Lugar, clock, loaded, missing, wait
from .servers import Banco
from .services import folder_of

_LOOKS: Final = 3
"""looks at a database, a second apart, after which it counts as dead"""
_RTO_LIMIT: Final = 3600.0
_COPY_LIMIT: Final = 1800.0
_SECONDS_OF_LOAD: Final = 5.0
_WRONGLY_DELETED: Final = r"vigente AND lote IS NOT NULL AND objeto !~ '[.][0-9]+$'"
"""of all that was there at the moment; what came through the service"""


class Ensaio:
    """The disasters. Each leaves a system that works."""

    def __init__(self, lugar: Lugar, medidas: Medidas) -> None:
        self.lugar = lugar
        self.medidas = medidas
        self.carga = loaded(lugar.servicos, 50_000)
        self.agora = lugar.primario
        """where the database is"""

    def fill(self) -> None:
        """Documents, a backup of all of them, and a portrait."""
        lugar, medidas = self.lugar, self.medidas
        with medidas.phase(f"{medidas.reais:,} documents through the service"):
            filling.send(lugar.servicos.base, lugar.servicos.chave, medidas.reais, 1)
        times = medidas.documentos // medidas.reais - 1
        if times:
            with medidas.phase(f"{times} copies of each, row and object"):
                filling.multiply(self.agora, lugar.s3_leste, times)
        with medidas.phase("full backup"):
            self.agora.step("backup-completo")
        lugar.servicos.attest()
        size = self.agora.rows("SELECT pg_database_size('fiscalxml')")[0][0]
        medidas.note(f"database of {size / 2**20:,.0f} MB")

    def lose_primary(self) -> None:
        """kill -9 under load; the replica is promoted."""
        lugar, medidas, primario = self.lugar, self.medidas, self.agora
        self.carga.go()
        time.sleep(_SECONDS_OF_LOAD)
        primario.kill()
        killed = time.monotonic()
        with medidas.phase("primary: noticed"):
            _notice(primario)
        with medidas.phase("primary: replica promoted"):
            assert lugar.replica.step("promover-replica").split()[-1] == "f"
        with medidas.phase("primary: migrated"):
            lugar.service_step("migrar", lugar.s3_leste, lugar.replica)
        lugar.point_to(lugar.replica)
        self.agora = lugar.replica
        rto = self.carga.first_after(killed, _RTO_LIMIT)
        time.sleep(_SECONDS_OF_LOAD)
        self.carga.pause()
        before = [each for each in self.carga.aceitos if each.quando <= killed]
        lost = missing(self.agora, before)
        medidas.disaster(_told("primary killed", rto, killed, lost, before))
        later = [each for each in self.carga.aceitos if each.quando > killed]
        assert not missing(self.agora, later)
        assert self.carga.falhas, "nobody noticed that the primary was gone"
        self.agora.step("backup-depois-de-promover")

    def go_back(self) -> None:
        """A bad delete; the moment before it in another place; the rows brought back from there."""
        lugar, medidas = self.lugar, self.medidas
        self.carga.go()
        time.sleep(_SECONDS_OF_LOAD)
        self.carga.pause()
        lugar.quiet(self.agora)
        lugar.service_step("retratar", lugar.s3_leste)
        before = list(self.carga.aceitos)
        instante = clock(self.agora)
        deleted = self.agora.rows(
            f"DELETE FROM documentos WHERE {_WRONGLY_DELETED} RETURNING id"  # noqa: S608
        )
        with self.carga.going_on():
            time.sleep(_SECONDS_OF_LOAD)
        after = [each for each in self.carga.aceitos if each not in before]
        assert deleted
        assert after
        self.agora.rows("SELECT pg_switch_wal()")
        lugar.quiet(self.agora)
        ao_lado = lugar.machine("leste/instante", lugar.s3_leste)
        with medidas.phase("moment: restored beside"):
            ao_lado.step("restaurar-instante", INSTANTE=instante.isoformat(sep=" "))
            ao_lado.watch()
        lost = missing(ao_lado, before)
        assert not lost, f"{len(lost)} rows of before the moment are missing"
        early = set(after) - set(missing(ao_lado, after))
        assert not early, f"{len(early)} rows of after the moment are there"
        with medidas.phase("moment: checked, to the row"):
            lugar.service_step("conferir-instante", lugar.s3_leste, ao_lado)
        with medidas.phase("moment: rows brought back"):
            self.agora.step(
                "devolver-linhas",
                INSTANTE_RESTAURADO=str(ao_lado.soquete),
                TABELA="documentos",
                QUAIS=_WRONGLY_DELETED,
            )
        assert not self._gone(deleted)
        with medidas.phase("moment: examined"):
            assert not self.agora.step("examinar").strip()
        ao_lado.stop()
        medidas.note(
            f"moment before a delete of {len(deleted):,} documents: each table has as many rows as"
            f" the portrait, none of the {len(after)} that were accepted later; all brought back"
        )

    def _gone(self, rows: list[asyncpg.Record]) -> int:
        """How many of these documents are not there."""
        ids = [row["id"] for row in rows]
        there = self.agora.rows("SELECT count(*) FROM documentos WHERE id = ANY ($1)", ids)
        return len(ids) - int(there[0][0])

    def lose_region(self) -> None:
        """Whatever is in the first region is gone; all of it comes back in the second."""
        lugar, medidas = self.lugar, self.medidas
        lugar.service_step("retratar", lugar.s3_leste)
        lugar.copia.wait(_COPY_LIMIT)
        self.carga.go()
        time.sleep(2 * _SECONDS_OF_LOAD + medidas.archive_seconds)
        lost_at = time.monotonic()
        lugar.lose_leste()
        self.carga.end()
        before = [each for each in self.carga.aceitos if each.quando <= lost_at]
        medidas.note(
            f"copied to the second region: {lugar.copia.objetos:,} objects,"
            f" {lugar.copia.bytes / 2**20:,.0f} MB; a pass {max(lugar.copia.passes):.1f} s at most"
        )
        self.agora = lugar.machine("oeste/banco", lugar.s3_oeste)
        with medidas.phase("region: database restored"):
            self.agora.step("restaurar-banco")
            self.agora.watch()
        lost = missing(self.agora, before)
        lugar.point_to(self.agora)
        dados = lugar.oeste / "servicos"
        folder_of(lugar.cofre, dados)
        with medidas.phase("region: migrated, services started"):
            lugar.service_step("migrar", lugar.s3_oeste)
            lugar.servicos = lugar.start_services(dados, lugar.s3_oeste)
        self.carga = loaded(lugar.servicos, 90_000)
        self.carga.go()
        rto = self.carga.first_after(lost_at, _RTO_LIMIT)
        with medidas.phase("region: a lote accepted and done"):
            wait(lambda: any(each.tabela == "lotes" for each in self.carga.aceitos), 300)
            self.carga.pause()
            lugar.quiet(self.agora)
        medidas.disaster(_told("region destroyed", rto, lost_at, lost, before))
        with medidas.phase("region: everything checked"):
            medidas.note(_seen(lugar.service_step("conferir", lugar.s3_oeste)))
        # The runbook opens to clients behind the check.
        checked = time.monotonic() - lost_at
        medidas.disaster(_told("region destroyed, checked", checked, lost_at, lost, before))
        with medidas.phase("region: first backup there"):
            self.agora.step("backup-completo")

    def ransom(self) -> None:
        """The writer's keys in the wrong hands."""
        lugar, medidas = self.lugar, self.medidas
        self.carga.pause()
        lugar.quiet(self.agora)
        lugar.service_step("retratar", lugar.s3_oeste)
        self.agora.rows("SELECT pg_switch_wal()")
        wait(lambda: _archived(self.agora), 60)
        before = list(self.carga.aceitos)
        time.sleep(1.1)  # a moment of the bucket has whole seconds
        antes = clock(self.agora)
        time.sleep(1.1)
        with medidas.phase("ransom: attack"):
            versions, refused = ransom.attack(lugar.s3_oeste)
        told = ", ".join(f"{name} ({number})" for name, number in refused.items())
        medidas.note(f"writer's keys against {versions} versions, all refused: {told}")
        encrypted_at = time.monotonic()
        self.agora.kill()
        moment = f"{antes:%Y-%m-%d %H:%M:%S+00}"
        resgate = lugar.machine("oeste/resgate", lugar.s3_oeste)
        assert "full backup" in resgate.step("ver-como-era", ANTES=moment)
        with medidas.phase("ransom: restored from before"):
            resgate.step("restaurar-de-antes", ANTES=moment)
            resgate.watch()
        lost = missing(resgate, before)
        lugar.service_step("migrar", lugar.s3_oeste, resgate)
        lugar.point_to(resgate)
        self.agora = resgate
        self.carga.go()
        rto = self.carga.first_after(encrypted_at, _RTO_LIMIT)
        self.carga.pause()
        medidas.disaster(_told("ransom", rto, encrypted_at, lost, before))
        assert not lost

    def lose_key(self) -> None:
        """The master key has leaked: another one wraps what it wrapped, and opens all of it."""
        lugar, medidas = self.lugar, self.medidas
        self.carga.end()
        old, new = lugar.cofre / "mestra.key", lugar.cofre / "mestra-nova.key"
        new.write_text(secrets.token_hex(32))

        def step(name: str, **settings: str) -> None:
            lugar.service_step(
                name, lugar.s3_oeste, None, FISCALXML_MASTER_KEY_FILE=str(new), **settings
            )

        with pytest.raises(AssertionError, match="não abrem com esta chave mestra"):
            step("conferir-chaves")
        with medidas.phase("key: data keys wrapped anew"):
            step("embrulhar-de-novo", FISCALXML_MASTER_KEY_PREVIOUS_FILE=str(old))
        step("conferir-chaves")


def _notice(banco: Banco) -> None:
    """As a watcher does: so many looks in a row that find it dead."""
    failed = 0
    while failed < _LOOKS:
        time.sleep(1)
        try:
            banco.shell("pg_isready --quiet")
        except AssertionError:
            failed += 1
        else:
            failed = 0


def _told(
    name: str, rto: float, moment: float, lost: list[Aceito], before: list[Aceito]
) -> Desastre:
    """RPO: from the first yes that was lost to the disaster."""
    rpo = max((moment - each.quando for each in lost), default=0.0)
    return Desastre(name, rto, rpo, len(lost), len(before))


def _archived(banco: Banco) -> bool:
    """Whether no segment waits to be archived."""
    row = banco.rows("SELECT count(*) FROM pg_ls_archive_statusdir() WHERE name LIKE '%.ready'")[0]
    return bool(row[0] == 0)


def _seen(told: str) -> str:
    return "checked: " + "; ".join(line[2:] for line in told.splitlines() if line[:1] in "✔!")
