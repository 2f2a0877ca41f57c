"""What the service answers. Reports and resumos are the core's own (`Report`, `Resumo`)."""

from fiscalxml.client.shapes.base import Pagina
from fiscalxml.client.shapes.busca import Causa, Causas, Filtro, Grupo, Ordem, Somas, Totais
from fiscalxml.client.shapes.catalogo import ChaveExplicada, ProblemaExplicado, Regra, Saldo, Uso
from fiscalxml.client.shapes.documentos import (
    Aresta,
    Documento,
    Evento,
    Eventos,
    Grafo,
    Guardado,
    Mudancas,
    No,
    Validacao,
)
from fiscalxml.client.shapes.lotes import Contagens, Desfecho, EnvioDireto, Item, Lote
from fiscalxml.client.shapes.trabalhos import (
    Exportacao,
    Formato,
    Mudanca,
    MudancaDeDocumento,
    ParticipanteDaMudanca,
    Revalidacao,
    Tabela,
)

__all__ = [
    "Aresta",
    "Causa",
    "Causas",
    "ChaveExplicada",
    "Contagens",
    "Desfecho",
    "Documento",
    "EnvioDireto",
    "Evento",
    "Eventos",
    "Exportacao",
    "Filtro",
    "Formato",
    "Grafo",
    "Grupo",
    "Guardado",
    "Item",
    "Lote",
    "Mudanca",
    "MudancaDeDocumento",
    "Mudancas",
    "No",
    "Ordem",
    "Pagina",
    "ParticipanteDaMudanca",
    "ProblemaExplicado",
    "Regra",
    "Revalidacao",
    "Saldo",
    "Somas",
    "Tabela",
    "Totais",
    "Uso",
    "Validacao",
]
