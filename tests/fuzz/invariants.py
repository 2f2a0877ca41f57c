"""What holds for every input, however hostile: the contract of `validate_all`, checked.

reports = reports_of(data)      # validates, checks, and gives the reports
"""

import json
import re
from collections.abc import Iterator
from typing import Unpack

import msgspec
from jsonschema import Draft202012Validator

from fiscalxml import Achado, Report, Resumo, SemResumo, report_schema, summarize_all, validate_all
from fiscalxml.identity import Identidade
from fiscalxml.judgement import Opcoes
from fiscalxml.process import Processado, process_all
from fiscalxml.report import CAMADAS, Referencia, read_report
from fiscalxml.summaries.resumo import resumo_schema

_SCHEMA = Draft202012Validator(report_schema())
_RESUMO = Draft202012Validator(resumo_schema())
_CODE = re.compile(r"\d{3,4}|E\d{3,4}|(XML|XSD|CHV|SIG|PRT)-\d{3}")
# jsonschema checks `date-time` only with a further package: RFC 3339, as the JSON Schema says.
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
# Words of libxml2, cryptography and Python that a Portuguese sentence does not have.
_ENGLISH = re.compile(
    r"\b(the|not|expected|allowed|invalid|failed|cannot|unexpected|parser|traceback|none)\b",
    re.IGNORECASE,
)


def reports_of(data: bytes, **opcoes: Unpack[Opcoes]) -> list[Report]:
    """The reports of `data`, each of which keeps the contract."""
    reports = list(validate_all(data, **opcoes))
    assert reports, "every input gets a report"
    for position, report in enumerate(reports):
        assert report.indice == position
        assert report.tamanho == len(data)
        check_report(report)
    resumos = list(summarize_all(data))
    _check_resumos(resumos)
    _check_processados(list(process_all(data, **opcoes)), reports, resumos)
    return reports


def _check_processados(
    processados: list[Processado], reports: list[Report], resumos: list[Resumo | SemResumo]
) -> None:
    """Processing says what the other doors say; what a store searches by is bounded."""
    assert without_clock([p.report for p in processados]) == without_clock(reports)
    assert [p.resumo for p in processados] == [
        None if isinstance(resumo, SemResumo) else resumo for resumo in resumos
    ]
    for processado in processados:
        found = processado.identidade
        if found is None:
            continue
        assert len(found.chave_identidade) <= 140
        assert all(len(text or "") <= 50 for text in _searched(found)), found
        assert 0 <= (found.valor or 0) < 2**63
        assert found.emissao is None or found.emissao.utcoffset() is not None


def _searched(found: Identidade) -> list[str | None]:
    return [
        *(found.chave, found.emitente, found.destinatario, found.modelo),
        *(found.chave_referida, found.tipo_evento),
    ]


def _check_resumos(resumos: list[Resumo | SemResumo]) -> None:
    """Each document has a resumo of the published shape, or a reason why not."""
    assert resumos, "every input gets an answer"
    for position, resumo in enumerate(resumos):
        assert resumo.indice == position
        if isinstance(resumo, SemResumo):
            _check_words(resumo.erro)
        else:
            _RESUMO.validate(json.loads(resumo.to_json()))


def check_report(report: Report) -> None:
    """One report keeps its JSON Schema, and its parts agree."""
    line = report.to_json()
    assert b"\n" not in line
    _SCHEMA.validate(json.loads(line))
    assert read_report(line) == report
    for moment in (report.referencia.data, report.documento.emissao):
        assert moment is None or _DATE_TIME.fullmatch(moment), moment
    severidades = {achado.severidade for achado in report.achados}
    assert (report.veredito == "invalido") == ("erro" in severidades)
    for camada in CAMADAS:
        failed = any(a.camada == camada and a.severidade == "erro" for a in report.achados)
        assert (report.camadas[camada] == "falha") == failed, camada
    for achado in report.achados:
        _check_words(achado)


def _check_words(achado: Achado) -> None:
    assert _CODE.fullmatch(achado.codigo), achado.codigo
    assert achado.mensagem
    for words in _sentences(achado):
        assert not _ENGLISH.search(words), words


def _sentences(achado: Achado) -> Iterator[str]:
    """The sentences about a finding, without what they quote of the document itself."""
    for text in (achado.mensagem, achado.explicacao, achado.correcao):
        if text:
            for quoted in (achado.encontrado, achado.esperado):
                text = text.replace(quoted, "…") if quoted else text
            yield text


def without_clock(reports: list[Report]) -> list[Report]:
    """The reports with the time of day taken out, to compare two runs."""
    return [
        msgspec.structs.replace(report, referencia=Referencia(data="", origem="agora"))
        if report.referencia.origem == "agora"
        else report
        for report in reports
    ]
