"""One document on its way through the layers, to its report."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Literal, TypedDict

import msgspec

from fiscalxml.documents.access_key import judge_key
from fiscalxml.documents.destino import Autorizador, Destino
from fiscalxml.documents.facts import Fatos, read_facts
from fiscalxml.documents.form import judge_form
from fiscalxml.documents.found import Encontrado
from fiscalxml.documents.groups import Grupo, read_groups
from fiscalxml.documents.kind import Kind
from fiscalxml.documents.layout import LeiauteAplicado, LeiauteJulgado, apply_layout, judge_layout
from fiscalxml.outcome import Ausencia, layer_states, motivos, veredito
from fiscalxml.report import (
    Achado,
    Ambiente,
    Autorizacao,
    Camada,
    Certificado,
    Conjunto,
    Origem,
    Perfil,
    Referencia,
    Report,
)
from fiscalxml.rules import RegrasJulgadas, has_rules, judge_rules
from fiscalxml.schemas.catalogue import schemas_label
from fiscalxml.signatures.authenticity import (
    Autenticidade,
    judge_authenticity,
    verify_signature,
)
from fiscalxml.signatures.chain import autoridades
from fiscalxml.signatures.judge import judge_certificate, missing_signature
from fiscalxml.signatures.xmldsig import Assinatura
from fiscalxml.xml import Element, Limits, canonical, local_name

_SEM_REGRAS = Ausencia("nao_executada", "não há regras de negócio à mão para este documento")
_REGRAS_DEPOIS = Ausencia(
    "nao_executada", "as regras pressupõem o leiaute: corrija primeiro o esquema"
)
_SEM_LEIAUTE = Ausencia("nao_se_aplica", "não é um documento com leiaute conhecido")
_SO_DOCUMENTOS = Ausencia("nao_se_aplica", "só se aplica a documentos e eventos")
_SEM_ASSINATURA = Ausencia("nao_executada", "documento sem assinatura")
_OUTROS_BYTES = Ausencia("nao_executada", "os bytes não são os que foram assinados")
_SEM_CHAVE = Ausencia("nao_se_aplica", "documento sem o atributo Id")
_PROTOCOLO_INEXISTENTE = Ausencia("nao_se_aplica", "este tipo não tem protocolo à parte")
_SEM_PROTOCOLO = Ausencia("nao_executada", "documento sem protocolo")


PerfilPedido = Literal["auto", Perfil]
"""`auto`: what signature and protocol make of the document"""


class Opcoes(TypedDict, total=False):
    """What can be chosen for a validation."""

    arquivo: str
    """name for the report; `-` when not given"""
    perfil: PerfilPedido
    em: datetime | None
    """judge by the rules of this instant, not of the document's own"""
    so_regras: bool
    """`em` chooses rules and schemas only: the validity of the certificate, and what compares with
    the instant of receipt, is judged by the document's own instant"""
    ac: Sequence[str]
    """folders with the certificates of further authorities"""
    ligar: Collection[str]
    """ids of rules to run though their source is not sure enough (`fiscalxml rules` says which)"""
    uf: Autorizador | None
    """who is asked to authorise; else whom the document names"""
    ambiente: Ambiente | None
    """the environment of who is asked; else the document's own"""
    todas: bool
    """list every occurrence of a finding, not the first 20"""
    limits: Limits


class Arquivo(msgspec.Struct, frozen=True):
    """The file that a document came in."""

    nome: str
    sha256: str
    tamanho: int


@dataclass(slots=True)
class Julgamento:
    """One document on its way through the layers."""

    found: Encontrado
    opcoes: Opcoes
    conteudo: bytes | None = field(init=False)
    """the exclusive C14N of the signed element, or of the whole document, when nothing is signed:
    so that the namespaces of an envelope do not count"""
    fatos: Fatos = field(init=False)
    autenticidade: Autenticidade = field(init=False)
    perfil: Perfil = field(init=False)
    referencia: datetime = field(init=False)
    origem: Origem = field(init=False)
    relogio: tuple[datetime, Origem] = field(init=False)
    """the instant at which it is taken to have been sent"""
    achados: list[Achado] = field(default_factory=list)
    grupos: Grupo | None = None
    """those of the signed element, where there are rules on them"""
    aplicado: LeiauteAplicado | None = None
    layout: LeiauteJulgado | None = None
    certificado: Certificado | None = None
    regras: RegrasJulgadas | None = None
    sem_regras: Ausencia = _SEM_REGRAS

    def report(self, arquivo: Arquivo, indice: int) -> Report:
        found = self.found
        if found.familia is not None and found.parece is None:
            self.aplicado = apply_layout(found, found.familia)
        assinatura = verify_signature(found)
        self.conteudo = self._content(assinatura)
        ruled = has_rules(found)
        if ruled and self.aplicado is not None and not self.aplicado.erros:
            self.grupos = self._groups(assinatura)
        self.fatos = read_facts(found, self.grupos or found.campos)
        self.autenticidade = judge_authenticity(found, self.fatos, assinatura)
        self.perfil = self._perfil()
        own = self._own_instant()
        em = self.opcoes.get("em")
        self.referencia, self.origem = (em, "opcao") if em else own
        only_rules = self.opcoes.get("so_regras", False)
        self.relogio = own if only_rules else (self.referencia, self.origem)
        to_send = b"" if self.perfil == "autorizado" else self.conteudo or b""
        self.achados += judge_form(found, to_send)
        self._judge_layout()
        if ruled:
            self._judge_rules()
        if found.kind is not None:
            self.achados += judge_key(found, self.fatos)
            self._judge_authenticity(found.kind)
        if found.kind is None and not found.mensagem:
            self.achados.append(_unknown(found))
        if self.regras is not None:
            self.achados += self.regras.achados
        esquema = self.layout.esquema if self.layout else None
        absent = self._absent()
        states = layer_states(self.achados, absent)
        reasons = motivos(states, absent)
        if self.layout is not None and self.layout.motivo is not None:
            reasons["schema"] = self.layout.motivo
        return Report(
            versao="1",
            arquivo=arquivo.nome,
            indice=indice,
            sha256=arquivo.sha256,
            tamanho=arquivo.tamanho,
            documento=msgspec.structs.replace(
                self.fatos.documento,
                conteudo_sha256=self.conteudo and hashlib.sha256(self.conteudo).hexdigest(),
            ),
            perfil=self.perfil,
            referencia=Referencia(data=self.referencia.isoformat(), origem=self.origem),
            veredito=veredito(states, avaliado=self._avaliado()),
            autorizacao=self._autorizacao(),
            certificado=self.certificado,
            camadas=states,
            motivos=reasons,
            conjunto=conjunto_of(esquema.rotulo if esquema else schemas_label(), self.regras),
            achados=self.achados,
        )

    @property
    def itens(self) -> int | None:
        """How many items (det) the document that was judged has; None for a kind without."""
        if self.grupos is not None:
            return len(self.grupos.lista("det")) or None
        campos = self.found.campos
        if campos is None:
            return None
        return len(campos.lista("det")) + len(campos.todos("det")) or None

    def _content(self, assinatura: Assinatura | None) -> bytes | None:
        if assinatura is not None and assinatura.conteudo is not None:
            return assinatura.conteudo
        plano = self.found.plano
        plain = None
        if plano is not None and assinatura is None:
            plain = plano.canonical(*plano.acima)
        return plain or canonical(self._top(assinatura), exclusive=True)

    def _top(self, assinatura: Assinatura | None) -> Element:
        """The signed element; the whole document, when nothing is signed."""
        found, signed = self.found, self.found.assinado
        if assinatura is not None and signed is not None:
            return signed
        return found.envelope if found.documento is None else found.documento

    def _groups(self, assinatura: Assinatura | None) -> Grupo | None:
        """The groups of what is, or is to be, signed."""
        found = self.found
        if found.plano is not None:
            return found.plano.assinado
        signed = found.assinado
        if signed is None:
            return None
        top = self._top(assinatura)
        grupos = read_groups(top, None if found.xml.prefixos else self.conteudo)
        return grupos if top is signed else grupos.grupo(local_name(signed))

    def _perfil(self) -> Perfil:
        chosen = self.opcoes.get("perfil", "auto")
        if chosen != "auto":
            return chosen
        if self.autenticidade.protocolo is not None:
            return "autorizado"
        signed = self.autenticidade.assinatura is not None or self.autenticidade.deslocada
        return "transmissao" if signed else "rascunho"

    def _own_instant(self) -> tuple[datetime, Origem]:
        if recebido := self.autenticidade.recebido:
            return recebido, "protocolo"
        if self.fatos.emissao:
            return self.fatos.emissao, "emissao"
        return now(), "agora"

    def _judge_layout(self) -> None:
        familia = self.found.familia
        if familia is None or self.aplicado is None:
            return
        self.layout = judge_layout(
            self.found,
            familia,
            self.fatos,
            self.aplicado,
            draft=self.perfil == "rascunho",
            todas=self.opcoes.get("todas", False),
        )
        esquema = self.layout.esquema
        kind = self.found.kind
        own = "" if kind is None else kind.raiz
        published = esquema.pacote.publicado if esquema else None
        if (
            self.autenticidade.intacta
            and published is not None
            and self.referencia.date() < published
        ):
            self.achados += [
                _older_than_schema(achado, self.referencia.date(), published)
                if achado.caminho.startswith(own)
                else achado
                for achado in self.layout.achados
            ]
        else:
            self.achados += self.layout.achados

    def _judge_rules(self) -> None:
        layout = self.layout
        if layout is None or layout.esquema is None or layout.faltosa:
            self.sem_regras = _REGRAS_DEPOIS
            return
        self.grupos = self.grupos or self._groups(self.autenticidade.assinatura)
        if self.grupos is None:
            return
        self.regras = judge_rules(
            self.found,
            self.grupos,
            self.fatos,
            referencia=self.referencia,
            recebimento=self._recebimento(),
            intacta=self.autenticidade.intacta and self.perfil == "autorizado",
            todas=self.opcoes.get("todas", False),
            ligar=frozenset(self.opcoes.get("ligar", ())),
            destino=Destino(self.opcoes.get("uf"), self.opcoes.get("ambiente")),
        )

    def _recebimento(self) -> datetime | None:
        """The instant of receipt that rules may compare with: known, chosen, or now."""
        instante, origem = self.relogio
        if origem in ("opcao", "protocolo"):
            return instante
        return now() if self.opcoes.get("perfil") == "transmissao" else None

    def _judge_authenticity(self, kind: Kind) -> None:
        self.achados += self.autenticidade.achados
        assinatura = self.autenticidade.assinatura
        if assinatura is None:
            if not self.autenticidade.deslocada:
                draft = self.perfil == "rascunho"
                self.achados.append(missing_signature(self.found, draft=draft))
            return
        known = autoridades(*self.opcoes.get("ac", ()))
        achados, self.certificado = judge_certificate(
            self.found, kind, assinatura, known, self.relogio[0]
        )
        self.achados += achados

    def _autorizacao(self) -> Autorizacao | None:
        if self.found.kind is None or self.found.kind.protocolo is None:
            return None
        protocolo = self.autenticidade.protocolo
        return "declarada" if protocolo is not None and protocolo.autoriza else "ausente"

    def _avaliado(self) -> bool:
        judged = self.layout is not None and self.layout.motivo is None
        return judged and self.found.kind is not None

    def _absent(self) -> dict[Camada, Ausencia]:
        """The layers that did not run."""
        found, kind = self.found, self.found.kind
        absent: dict[Camada, Ausencia] = {}
        if self.regras is None:
            absent["regras"] = self.sem_regras
        if self.layout is None:
            absent["schema"] = _SEM_LEIAUTE
        elif self.layout.esquema is None:
            absent["schema"] = Ausencia("nao_executada", self.layout.motivo or "")
        if kind is None:
            return absent | dict.fromkeys(
                ("chave", "assinatura", "protocolo", "regras"), _SO_DOCUMENTOS
            )
        if self.autenticidade.assinatura is None:
            absent["assinatura"] = _SEM_ASSINATURA
        elif found.xml.bytes_invalidos:
            absent["assinatura"] = _OUTROS_BYTES
        if self.fatos.id is None:
            absent["chave"] = _SEM_CHAVE
        if kind.protocolo is None:
            absent["protocolo"] = _PROTOCOLO_INEXISTENTE
        elif self.autenticidade.protocolo is None:
            absent["protocolo"] = _SEM_PROTOCOLO
        return absent


def _older_than_schema(achado: Achado, referencia: date, published: date) -> Achado:
    """What SEFAZ registered was valid by the layout of its day (the protocol stands apart)."""
    if achado.severidade != "erro":
        return achado
    words = (
        f"Documento íntegro, autorizado em {referencia:%d/%m/%Y}; o pacote de esquemas à mão é de "
        f"{published:%d/%m/%Y} e o leiaute pode ter mudado depois da autorização."
    )
    explicacao = f"{achado.explicacao} {words}" if achado.explicacao else words
    return msgspec.structs.replace(achado, severidade="aviso", explicacao=explicacao)


def _unknown(found: Encontrado) -> Achado:
    words = "Não é um documento fiscal que este serviço conhece"
    return Achado(
        codigo="XML-030",
        camada="xml",
        severidade="info",
        mensagem=f"{words}; parece {found.parece}." if found.parece else f"{words}.",
        correcao="Confira se este é o arquivo que devia ser enviado.",
        caminho=found.caminho(found.envelope),
        linha=found.xml.line(found.envelope),
    )


def now() -> datetime:
    """The instant of a judgement that has no other date."""
    return datetime.now(UTC).replace(microsecond=0)


def conjunto_of(schemas: str, regras: RegrasJulgadas | None = None) -> Conjunto:
    """What a document is judged with."""
    if regras is None:
        return Conjunto(regras="nenhuma", schemas=schemas, avaliadas=0, nao_avaliaveis=0)
    return Conjunto(
        regras=regras.conjunto,
        schemas=schemas,
        tabelas=regras.tabelas,
        avaliadas=regras.avaliadas,
        nao_avaliaveis=regras.nao_avaliaveis,
    )
