"""Confere as notificações da API Fiscal XML. Só com a biblioteca padrão.

Confere as assinaturas v1. Para as v1a (ed25519): `from fiscalxml.webhooks import verify`.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import re
import time
from collections.abc import Mapping, Sequence
from typing import Any

TOLERANCIA = 5 * 60  # segundos


class NotificacaoRecusada(Exception):
    """Não veio do serviço, ou veio há tempo demais: responda 400 e não faça nada."""


def conferir(
    corpo: bytes,
    cabecalhos: Mapping[str, str],
    segredos: Sequence[str],
    agora: float | None = None,
) -> Any:
    """O que a notificação diz. `corpo`: os bytes como chegaram, antes de qualquer leitura.

    `segredos`: o do webhook (`whsec_…`); durante uma troca, o atual e o anterior.
    """
    recebidos = {nome.lower(): valor for nome, valor in cabecalhos.items()}
    id_ = recebidos.get("webhook-id", "")
    hora = recebidos.get("webhook-timestamp", "")
    assinaturas = recebidos.get("webhook-signature", "")
    if not id_ or "." in id_ or not assinaturas or not re.fullmatch("[0-9]{1,12}", hora):
        raise NotificacaoRecusada("faltam os cabeçalhos")
    if abs((time.time() if agora is None else agora) - int(hora)) > TOLERANCIA:
        raise NotificacaoRecusada("hora longe demais da deste computador")
    assinado = f"{id_}.{hora}.".encode() + corpo
    esperadas = [
        hmac.digest(base64.b64decode(segredo.removeprefix("whsec_")), assinado, "sha256")
        for segredo in segredos
    ]
    for assinatura in assinaturas.split(" "):
        versao, _, texto = assinatura.partition(",")
        if versao != "v1":
            continue
        try:
            dada = base64.b64decode(texto, validate=True)
        except (binascii.Error, ValueError):
            continue
        if any(hmac.compare_digest(dada, esperada) for esperada in esperadas):
            return json.loads(corpo)
    raise NotificacaoRecusada("nenhuma assinatura confere")
