"""The three scenarios, and what is bought how in each."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from fiscalxml_ops.scaling.policies import WORKER

OUTRA: Final = {"us-east-1": "us-west-2", "us-west-2": "us-east-1", "sa-east-1": "us-east-1"}
"""where the recovery region is, by primary region"""


class Recuperacao(StrEnum):
    """What stands ready in the other region."""

    NENHUMA = "nenhuma"
    COPIAS = "copias"
    """objects and backups: a database is restored first"""
    PILOTO = "piloto"
    """and a replica of the database, and the network; no service runs (infra/aws)"""
    AQUECIDA = "aquecida"
    """and the smallest fleet, behind its load balancer"""


@dataclass(frozen=True, kw_only=True)
class Cenario:
    """How the same demand is bought."""

    nome: str
    titulo: str
    publicadas: bool = False
    """at the published throughput; else at the measured"""
    compromisso: bool = False
    """what always runs is committed to for a year, nothing upfront"""
    spot: Decimal = Decimal(0)
    """of the workers that load adds, the share on Fargate Spot"""
    spot_sempre: Decimal = Decimal(0)
    """of those that always run; the policies have none"""
    graviton: bool = False
    idade: bool = False
    """objects move to S3's cheaper classes as they age (infra/aws)"""
    valkey: bool = False
    inteira: bool = False
    """as infra/aws, with endpoints, Container Insights and Prometheus, which the estimate lacks"""
    recuperacao: Recuperacao = Recuperacao.NENHUMA


SPOT: Final = Decimal(WORKER.spot) / 100
"""where infra/aws is told `-c spot=sim`; without it there is none"""
PUBLICADO: Final = Cenario(
    nome="publicado",
    titulo="Estimativa publicada: sob demanda, uma região",
    publicadas=True,
)
OTIMIZADO: Final = Cenario(
    nome="otimizado",
    titulo="Estimativa publicada, otimizada",
    publicadas=True,
    compromisso=True,
    spot=SPOT,
    spot_sempre=SPOT,
    idade=True,
)
MEDIDO: Final = Cenario(
    nome="medido",
    titulo="Nossas taxas medidas, infra/aws inteira: duas regiões",
    compromisso=False,
    idade=True,
    valkey=True,
    inteira=True,
    recuperacao=Recuperacao.PILOTO,
)
CENARIOS: Final = {each.nome: each for each in (PUBLICADO, OTIMIZADO, MEDIDO)}
