"""Python client of the HTTP service: `Cliente`, and `ClienteAssincrono` for asyncio.

    with Cliente("http://127.0.0.1:8000", token=...) as cliente:
        lote = cliente.esperar(cliente.enviar("notas/").id)

Both run the same `operations`: generators of steps that know nothing of input and output (see
`steps`). URL and token come from FISCALXML_URL and FISCALXML_TOKEN where they are not given.
Where the Webhook Service has an address of its own: `webhooks_url`, or FISCALXML_WEBHOOKS_URL.
Needs the extra `fiscalxml[client]`.
"""

from importlib.util import find_spec as _find_spec

if _find_spec("httpx2") is None:
    raise ImportError(
        "O cliente do serviço precisa da biblioteca httpx2: pip install 'fiscalxml[client]'"
    )

from fiscalxml.client.asynchronous import ClienteAssincrono
from fiscalxml.client.bodies import Fonte, Membro, zip_body
from fiscalxml.client.errors import (
    ConfiguracaoInvalida,
    EsperaEsgotada,
    FalhaDeRede,
    FalhaDoCliente,
    RespostaInesperada,
)
from fiscalxml.client.problems import ErroDoServico
from fiscalxml.client.retries import Politica
from fiscalxml.client.shapes import (
    Causas,
    ChaveExplicada,
    Contagens,
    Desfecho,
    Documento,
    Entrega,
    EntregaDetalhada,
    EnvioDireto,
    Eventos,
    Exportacao,
    Filtro,
    FiltroDeNotificacoes,
    FiltroDeReenvio,
    FluxoDeNotificacoes,
    Grafo,
    Guardado,
    Item,
    Lote,
    Mudancas,
    MudancasDeWebhook,
    NotificacaoDetalhada,
    NotificacaoFeita,
    NotificacaoLida,
    OpcoesDeWebhook,
    ProblemaExplicado,
    Recorte,
    Reenvio,
    Regra,
    Revalidacao,
    SaudeDeWebhook,
    SegredoDeWebhook,
    Totais,
    Uso,
    Webhook,
    WebhookCriado,
)
from fiscalxml.client.sync import Cliente

__all__ = [
    "Causas",
    "ChaveExplicada",
    "Cliente",
    "ClienteAssincrono",
    "ConfiguracaoInvalida",
    "Contagens",
    "Desfecho",
    "Documento",
    "Entrega",
    "EntregaDetalhada",
    "EnvioDireto",
    "ErroDoServico",
    "EsperaEsgotada",
    "Eventos",
    "Exportacao",
    "FalhaDeRede",
    "FalhaDoCliente",
    "Filtro",
    "FiltroDeNotificacoes",
    "FiltroDeReenvio",
    "FluxoDeNotificacoes",
    "Fonte",
    "Grafo",
    "Guardado",
    "Item",
    "Lote",
    "Membro",
    "Mudancas",
    "MudancasDeWebhook",
    "NotificacaoDetalhada",
    "NotificacaoFeita",
    "NotificacaoLida",
    "OpcoesDeWebhook",
    "Politica",
    "ProblemaExplicado",
    "Recorte",
    "Reenvio",
    "Regra",
    "RespostaInesperada",
    "Revalidacao",
    "SaudeDeWebhook",
    "SegredoDeWebhook",
    "Totais",
    "Uso",
    "Webhook",
    "WebhookCriado",
    "zip_body",
]
