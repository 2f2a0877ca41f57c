"""What the service refuses: one exception for each `codigo` of a problem+json (RFC 9457)."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

import msgspec

from fiscalxml.client.errors import FalhaDoCliente
from fiscalxml.client.steps import Resposta
from fiscalxml.report import Achado, Report


class Campo(msgspec.Struct, frozen=True):
    """A parameter at fault, where it was (query, path, header, corpo) and what is wrong."""

    campo: str
    onde: str
    mensagem: str


class Problema(msgspec.Struct, frozen=True, kw_only=True):
    """The problem document, with the members that some problems have."""

    status: int
    codigo: str
    title: str = ""
    detail: str = ""
    campos: list[Campo] = []
    limite: int | None = None
    endereco: str | None = None
    escopo: str | None = None
    achado: Achado | None = None
    documento: UUID | None = None
    relatorio: Report | None = None
    partes: dict[str, str] = {}


class ErroDoServico(FalhaDoCliente):
    """An answer that is an error; a code that this version does not know is this class itself."""

    codigo: ClassVar[str] = ""

    def __init__(self, problema: Problema, espera: float | None = None) -> None:
        super().__init__(": ".join(filter(None, (problema.title, problema.detail))))
        self.problema = problema
        self.espera = espera
        """seconds of Retry-After, where the service gave it"""

    def __reduce__(self) -> Any:
        return type(self), (self.problema, self.espera)

    @property
    def status(self) -> int:
        return self.problema.status

    @property
    def titulo(self) -> str:
        return self.problema.title

    @property
    def detalhe(self) -> str:
        """What is wrong and what to do."""
        return self.problema.detail

    @property
    def correcao(self) -> str | None:
        """How to mend the document, where the problem is one of it."""
        achados = [self.problema.achado] if self.problema.achado else []
        if self.problema.relatorio is not None:
            achados += self.problema.relatorio.achados
        return next((achado.correcao for achado in achados if achado.correcao), None)


class RequisicaoInvalida(ErroDoServico):
    codigo = "requisicao_invalida"


class CorpoIncompleto(ErroDoServico):
    codigo = "corpo_incompleto"


class CorpoParado(ErroDoServico):
    codigo = "corpo_parado"


class NaoAutenticado(ErroDoServico):
    codigo = "nao_autenticado"


class SemPermissao(ErroDoServico):
    """`problema.escopo`: the scope that is missing."""

    codigo = "sem_permissao"


class SegundoFatorExigido(ErroDoServico):
    codigo = "segundo_fator_exigido"


class NaoEncontrado(ErroDoServico):
    codigo = "nao_encontrado"


class SemResumoGuardado(ErroDoServico):
    codigo = "sem_resumo_guardado"


class MetodoNaoPermitido(ErroDoServico):
    codigo = "metodo_nao_permitido"


class DocumentoEmConflito(ErroDoServico):
    """`problema.documento`: the id under which it was stored all the same."""

    codigo = "conflito"


class EnvioDiretoIndisponivel(ErroDoServico):
    codigo = "envio_direto_indisponivel"


class CorpoGrandeDemais(ErroDoServico):
    """`problema.limite`: in bytes."""

    codigo = "corpo_grande_demais"


class TipoNaoAceito(ErroDoServico):
    codigo = "tipo_nao_aceito"


class ParametrosInvalidos(ErroDoServico):
    """`problema.campos`: each of them."""

    codigo = "parametros_invalidos"


class CorpoVazio(ErroDoServico):
    codigo = "corpo_vazio"


class CorpoInvalido(ErroDoServico):
    codigo = "corpo_invalido"


class RequisicaoBloqueada(ErroDoServico):
    """By what stands before the service: the request looks like an attack."""

    codigo = "requisicao_bloqueada"


class ArquivoRecusado(ErroDoServico):
    """`problema.endereco`: the operation that takes what this one refuses."""

    codigo = "arquivo_recusado"


class VariosDocumentos(ErroDoServico):
    codigo = "varios_documentos"


class DocumentoIlegivel(ErroDoServico):
    """`problema.relatorio`: why."""

    codigo = "documento_ilegivel"


class SemResumo(ErroDoServico):
    """`problema.achado`: why."""

    codigo = "sem_resumo"


class EnvioAusente(ErroDoServico):
    codigo = "envio_ausente"


class ChaveReutilizada(ErroDoServico):
    codigo = "chave_reutilizada"


class FilaCheia(ErroDoServico):
    codigo = "fila_cheia"


class LimiteDeRequisicoes(ErroDoServico):
    codigo = "limite_de_requisicoes"


class DocumentoDeOutraEmpresa(ErroDoServico):
    """The key is limited to some companies, and the document is of none of them."""

    codigo = "documento_de_outra_empresa"


class CotaEsgotada(ErroDoServico):
    """No more documents until the next month begins, or the quota is raised."""

    codigo = "cota_esgotada"


class ErroInterno(ErroDoServico):
    codigo = "erro_interno"


class Indisponivel(ErroDoServico):
    codigo = "indisponivel"


class NaoPronto(ErroDoServico):
    """`problema.partes`: how each part of the service is."""

    codigo = "nao_pronto"


class EnderecoVencido(ErroDoServico):
    codigo = "endereco_vencido"


class SemDocumentoAuxiliar(ErroDoServico):
    codigo = "sem_documento_auxiliar"


class ExportacaoSemArquivo(ErroDoServico):
    codigo = "exportacao_sem_arquivo"


class SincroniaPerdida(ErroDoServico):
    """Read all changes again, from 0 on."""

    codigo = "sincronia_perdida"


class IntervaloInvalido(ErroDoServico):
    codigo = "intervalo_invalido"


class DocumentoNaoImprimivel(ErroDoServico):
    codigo = "documento_nao_imprimivel"


class ImpressaoFalhou(ErroDoServico):
    codigo = "impressao_falhou"


class ImpressaoNaoInstalada(ErroDoServico):
    codigo = "impressao_nao_instalada"


class ImpressaoOcupada(ErroDoServico):
    codigo = "impressao_ocupada"


class ImpressaoDemorada(ErroDoServico):
    codigo = "impressao_demorada"


CLASSES = {classe.codigo: classe for classe in ErroDoServico.__subclasses__()}
"""codigo -> class"""

_GATEWAY = {
    401: "Credencial ausente ou inválida",
    403: "Acesso negado",
    404: "Não encontrado",
    413: "Grande demais",
    429: "Requisições demais",
    502: "O serviço não respondeu ao gateway",
    503: "Serviço temporariamente indisponível",
    504: "O serviço demorou a responder ao gateway",
}


def problem_of(resposta: Resposta, espera: float | None) -> ErroDoServico:
    """The exception for an answer of 400 and above, also of one that a gateway wrote."""
    try:
        problema = msgspec.json.decode(resposta.conteudo, type=Problema)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        title = _GATEWAY.get(resposta.status, "O serviço recusou a requisição")
        problema = Problema(
            status=resposta.status, codigo="", title=title, detail=f"HTTP {resposta.status}."
        )
    return CLASSES.get(problema.codigo, ErroDoServico)(problema, espera)
