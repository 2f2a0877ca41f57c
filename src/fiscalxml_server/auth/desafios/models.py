"""Table of the challenges that were used. Its rights: `migrations`."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, LargeBinary, Table

from fiscalxml_server.kit.db import metadata
from fiscalxml_server.kit.privacy import sem_dados

desafios_usados = Table(
    "desafios_usados",
    metadata,
    Column("impressao", LargeBinary, primary_key=True),
    Column("expira_em", DateTime(timezone=True), nullable=False),
    schema="auth",
    info=sem_dados(
        "Não aceitar um desafio duas vezes", "até o desafio vencer", "impressao expira_em"
    ),
)
"""`impressao`: a hash; kept for as long as the challenge would be good"""
