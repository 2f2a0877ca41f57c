"""The simple types of the layouts in plain Portuguese, by name."""

from __future__ import annotations

import re

from fiscalxml.schemas.translation import local_name

_BUILT_IN = {
    "ID": "identificador único no documento, iniciado por letra e sem espaços",
    "IDREF": "identificador de outro campo do documento, iniciado por letra e sem espaços",
    "NCName": "nome iniciado por letra, sem espaços e sem dois-pontos",
    "QName": "nome com prefixo de namespace declarado",
    "anyURI": "endereço (URI)",
    "base64Binary": "conteúdo em Base64, sem quebras indevidas nem caracteres estranhos",
    "hexBinary": "conteúdo em hexadecimal",
    "boolean": "true ou false",
    "integer": "número inteiro, sem separadores",
    "nonNegativeInteger": "número inteiro maior ou igual a zero",
    "positiveInteger": "número inteiro maior que zero",
    "long": "número inteiro de até 19 dígitos",
    "int": "número inteiro de até 10 dígitos",
    "short": "número inteiro de -32768 a 32767",
    "byte": "número inteiro de -128 a 127",
    "unsignedLong": "número inteiro maior ou igual a zero, de até 20 dígitos",
    "unsignedInt": "número inteiro de 0 a 4294967295",
    "unsignedShort": "número inteiro de 0 a 65535",
    "unsignedByte": "número inteiro de 0 a 255",
    "decimal": "número com ponto como separador decimal",
    "float": "número com ponto como separador decimal",
    "double": "número com ponto como separador decimal",
    "date": "data no formato AAAA-MM-DD",
    "dateTime": "data e hora no formato AAAA-MM-DDThh:mm:ss-03:00",
    "time": "hora no formato hh:mm:ss",
    "gYear": "ano no formato AAAA",
    "gYearMonth": "ano e mês no formato AAAA-MM",
    "duration": "duração no formato PnDTnHnMnS",
}
_NAMED = {
    "TCnpj": "CNPJ sem pontuação, com 14 caracteres",
    "TCpf": "CPF sem pontuação, com 11 dígitos",
    "TSCNPJ": "CNPJ sem pontuação, com 14 caracteres",
    "TSCPF": "CPF sem pontuação, com 11 dígitos",
    "TChNFe": "chave de acesso com 44 caracteres",
    "TData": "data no formato AAAA-MM-DD",
    "TSData": "data no formato AAAA-MM-DD",
    "TDateTimeUTC": "data e hora com fuso horário, no formato AAAA-MM-DDThh:mm:ss-03:00",
    "TSDateTimeUTC": "data e hora com fuso horário, no formato AAAA-MM-DDThh:mm:ss-03:00",
    "TTime": "hora no formato hh:mm:ss",
    "TString": "texto sem espaço no início ou no fim",
    "DigestValueType": "resumo (hash) em Base64",
}
# TDec_1302 and TDec1302RTC: 13 whole digits and 2 decimal places; TDec_0302a04: 2 to 4 places.
_DECIMAL = re.compile(
    r"TDec_?(?P<whole>\d\d)(?:v00a)?(?P<least>\d\d)(?:_?(?:a|\d\d)(?P<most>\d\d))?"
)


def explain_datatype(name: str) -> str | None:
    """What a value of the type must look like: 'xs:date', '{ns}TDec_1302'; None if unknown."""
    if name.startswith("xs:"):
        return _BUILT_IN.get(name.removeprefix("xs:"))
    name = local_name(name)
    return _NAMED.get(name) or _explain_decimal(name)


def _explain_decimal(name: str) -> str | None:
    match = _DECIMAL.match(name)
    if match is None:
        return None
    least, most = int(match["least"]), int(match["most"] or match["least"])
    places = str(most) if least == most else f"{least} a {most}"
    whole = int(match["whole"])
    return f"valor com até {whole} dígitos inteiros e {places} casas decimais, ponto como separador"
