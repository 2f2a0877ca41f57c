"""The xs:pattern values of the official layouts in plain Portuguese."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from fiscalxml.schemas.translation import join

_TEXT = "texto sem espaço no início ou no fim e só com caracteres Latin-1"
_CHAVE = "chave de acesso com 44 caracteres: 6 dígitos, CNPJ de 12 letras maiúsculas ou dígitos"
_CNPJ = "CNPJ sem pontuação: 12 letras maiúsculas ou dígitos e 2 dígitos verificadores"
_VERSION = "versão do leiaute no formato N.NN, como 1.00"

# Patterns whose meaning is more than the sequence of their characters.
_MEANINGS = {
    "[!-ÿ]{1}[ -ÿ]{0,}[!-ÿ]{1}|[!-ÿ]{1}": _TEXT,
    r"[\s\S!-ÿ]{1}[\s\S -ÿ]{0,}[\s\S!-ÿ]{1}|[\s\S!-ÿ]{1}": "texto com pelo menos um caractere",
    "[0-9A-Z]{12}[0-9]{2}": _CNPJ,
    "[A-Z0-9]{12}[0-9]{2}": _CNPJ,
    "[0-9]{0}|[0-9A-Z]{12}[0-9]{2}": f"vazio ou {_CNPJ}",
    "[0-9]{0}|[A-Z0-9]{12}[0-9]{2}": f"vazio ou {_CNPJ}",
    "[0-9]{44}": "chave de acesso com 44 dígitos",
    "[0-9]{6}[A-Z0-9]{12}[0-9]{26}": f"{_CHAVE} e 26 dígitos",
    "[0-9]{6}[0-9A-Z]{12}[0-9]{26}": f"{_CHAVE} e 26 dígitos",
    r"(1[1-7]|2[1-9]|3[1,2,3,5]|4[1-3]|5[0-3])(0[6-9]|[1-9][\d])(0[1-9]|1[0-2])"
    r"([\d]{14})([\d]{5})([\d]{9})([\d]{10})": "chave de acesso com 44 dígitos, "
    "iniciada por UF, ano e mês válidos",
    r"[^@]+@[^\.]+\..+": "endereço de e-mail, como nome@empresa.com.br",
    r"(([0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])\.){3}"
    r"([0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])": "endereço IP, como 192.168.0.1",
    "[A-F0-9]{8}-[A-F0-9]{4}-[A-F0-9]{4}-[A-F0-9]{4}-[A-F0-9]{12}": "identificador GUID, "
    "como 0A1B2C3D-0000-1111-2222-0A1B2C3D4E5F",
    "[A-Z]{2,3}[0-9]{4}|[A-Z]{3,4}[0-9]{3}": "placa sem hífen: letras maiúsculas e dígitos, "
    "como ABC1234",
    "[A-Z]{2,3}[0-9]{4}|[A-Z]{3,4}[0-9]{3}|[A-Z0-9]{7}": "placa sem hífen: letras maiúsculas "
    "e dígitos, como ABC1234 ou ABC1D23",
    r"[0-9]\.[0-9]{6}|[1-8][0-9]\.[0-9]{6}|90\.[0-9]{6}|-[0-9]\.[0-9]{6}|"
    r"-[1-8][0-9]\.[0-9]{6}|-90\.[0-9]{6}": "latitude de -90 a 90 com 6 casas decimais, "
    "ponto como separador",
    r"[0-9]\.[0-9]{6}|[1-9][0-9]\.[0-9]{6}|1[0-7][0-9]\.[0-9]{6}|180\.[0-9]{6}|"
    r"-[0-9]\.[0-9]{6}|-[1-9][0-9]\.[0-9]{6}|-1[0-7][0-9]\.[0-9]{6}|-180\.[0-9]{6}": "longitude "
    "de -180 a 180 com 6 casas decimais, ponto como separador",
    "(([0-1][0-9])|([2][0-3])):([0-5][0-9]):([0-5][0-9])": "hora no formato hh:mm:ss",
    "(0[1-9]|1[0-2])([/][2][0-9][0-9][0-9])": "mês e ano no formato MM/AAAA",
    "[0-9]{2}[0]{1}[1-9]{1}|[0-9]{2}[1]{1}[0-2]{1}": "ano e mês no formato AAMM",
    "[0-9]{2}.[0-9]{2}": "código do serviço no formato NN.NN",
    "[123567][0-9]([0-9][1-9]|[1-9][0-9])": "CFOP de 4 dígitos, iniciado por 1, 2, 3, 5, 6 ou 7",
    "[1,2,3,5,6,7]{1}[0-9]{3}": "CFOP de 4 dígitos, iniciado por 1, 2, 3, 5, 6 ou 7",
    "SEM GTIN|[0-9]{0}|[0-9]{8}|[0-9]{12,14}": "GTIN de 8, 12, 13 ou 14 dígitos, "
    "ou SEM GTIN quando o produto não tem código de barras",
    r"[1-9]{1}\.[0-9]{2}": _VERSION,
    "[1-9]|[1][0-9]{0,1}|20": "número de 1 a 20",
    "[1-9]|[1][0-9]|[2][0-9]|[3][0-1]": "dia de 1 a 31",
    "[1-9][0-9]|0?[1-9]": "número de 1 a 99",
    "(0[1-9]|1[0-9]|20)": "de 01 a 20",
    "(0[1-9]|10)": "de 01 a 10",
    "[1-9]{1}[0-9]{0,1}|[1-8]{1}[0-9]{2}|[9]{1}[0-8]{1}[0-9]{1}|[9]{1}[9]{1}[0]{1}": "número "
    "de 1 a 990",
    "0{0,4}\\d{1,5}": "série de até 5 dígitos",
    "[0-9]{1}[0-9]{0,2}": "de 1 a 3 dígitos, sem pontuação",
}

_CLASSES = {
    "[0-9]": ("dígito", "dígitos"),
    r"\d": ("dígito", "dígitos"),
    "[A-Z]": ("letra maiúscula", "letras maiúsculas"),
    "[A-Z0-9]": ("letra maiúscula ou dígito", "letras maiúsculas ou dígitos"),
    "[0-9A-Z]": ("letra maiúscula ou dígito", "letras maiúsculas ou dígitos"),
    "[a-zA-Z0-9]": ("letra ou dígito", "letras ou dígitos"),
    "[!-ÿ]": ("caractere sem espaço", "caracteres sem espaço"),
}
_TOKEN = re.compile(r"(\[[^\]]+\]|\\?.)(?:\{(\d+)(,)?(\d*)\}|([+*?]))?", re.DOTALL)
_INTEGER = re.compile(r"(?P<zero>0\|)?\[1-9\](?:\{1\})?(?:\[0-9\]\{(?P<least>\d+),(?P<most>\d+)\})")
_VERSION_RANGE = re.compile(r"(\d)\\\.\(0\[0-9\]\|\[1-9\]\[0-9\]\)")
_NUMERIC = re.compile(r"[\d\\.\[\]{}(),|?-]+")
_DECIMAL = re.compile(
    r"(?:\[1-9\](?:\{1\})?(?:\[0-9\]\{0,(?P<rest>\d+)\})?|\[0-9\]\{(?:1,)?(?P<whole>\d+)\})"
    r"\(\\\.\[0-9\]\{(?P<least>\d+)(?:,(?P<most>\d+))?\}\)\?"
)
_DIGITS_ONLY = re.compile(r"(?:(?:de|até) )?[\d a]+ (?:dígitos?|letras maiúsculas ou dígitos)")
_NONZERO = re.compile(r"0\(?\\\.(?:\[0\]|\[0-9\]\{1\})*\[1-9\]")


@dataclass(frozen=True, slots=True)
class DecimalShape:
    """A decimal number as a pattern limits it."""

    whole: int  # digits before the point
    least: int  # decimal places, when there is a point
    most: int
    positive: bool  # zero is refused
    signed: bool
    percent: bool  # at most 100


@cache
def explain_pattern(pattern: str) -> str:
    """What a value must look like, in Portuguese; the pattern itself as a last resort."""
    return (
        _MEANINGS.get(pattern)
        or _explain_date(pattern)
        or _explain_qrcode(pattern)
        or _explain_decimal(pattern)
        or _explain_number(pattern)
        or _explain_alternatives(pattern)
        or f"formato {pattern}"
    )


@cache
def decimal_shape(pattern: str) -> DecimalShape | None:
    """The limits of a decimal pattern such as those of TDec_1302; None for another pattern."""
    match = _DECIMAL.search(pattern) if _NUMERIC.fullmatch(pattern) else None
    if match is None:
        return None
    whole = int(match["whole"]) if match["whole"] else int(match["rest"] or 0) + 1
    least = int(match["least"])
    return DecimalShape(
        whole=whole,
        least=least,
        most=int(match["most"] or least),
        positive=bool(_NONZERO.search(pattern)),
        signed="|-" in pattern,
        percent="100(" in pattern,
    )


def is_date_pattern(pattern: str) -> bool:
    """Dates are recognised by the leap-day alternative that every layout spells out."""
    return "-02-29" in pattern


def _explain_date(pattern: str) -> str | None:
    if not is_date_pattern(pattern):
        return None
    if "T(" not in pattern:
        return "data no formato AAAA-MM-DD"
    if pattern.endswith(r"[0-5]\d"):
        return "data e hora no formato AAAA-MM-DDThh:mm:ss, sem fuso horário"
    return "data e hora com fuso horário, no formato AAAA-MM-DDThh:mm:ss-03:00"


def _explain_qrcode(pattern: str) -> str | None:
    if not pattern.startswith("((HTTPS?|https?)"):
        return None
    return "endereço do QR Code: começa por http:// ou https:// e traz os parâmetros do manual"


def _explain_decimal(pattern: str) -> str | None:
    shape = decimal_shape(pattern)
    if shape is None:
        return None
    kind = "percentual de até 100" if shape.percent else "valor"
    places = str(shape.most) if shape.least == shape.most else f"{shape.least} a {shape.most}"
    whole = "1 dígito inteiro" if shape.whole == 1 else f"até {shape.whole} dígitos inteiros"
    digits = "" if shape.percent else f"{whole} e "
    sign = " (positivo ou negativo)" if shape.signed else ""
    positive = ", maior que zero" if shape.positive else ""
    return f"{kind}{sign} com {digits}{places} casas decimais, ponto como separador{positive}"


def _explain_number(pattern: str) -> str | None:
    if match := _VERSION_RANGE.fullmatch(pattern):
        return f"versão de {match[1]}.00 a {match[1]}.99"
    match = _INTEGER.fullmatch(pattern)
    if match is None:
        return None
    least, most = int(match["least"]) + 1, int(match["most"]) + 1
    size = f"até {most}" if least == 1 else f"{least} a {most}"
    start = "número" if match["zero"] else "número maior que zero,"
    return f"{start} de {size} dígitos, sem zeros à esquerda"


def _explain_alternatives(pattern: str) -> str | None:
    optional = pattern.startswith("(") and pattern.endswith(")?")
    body = pattern[1:-2] if optional else pattern
    if "(" in body:
        return None
    explained = [_explain_sequence(alternative) for alternative in body.split("|")]
    found = list(dict.fromkeys(text for text in explained if text is not None))
    if len(found) < len(set(explained)):
        return None
    if optional and "vazio" not in found:
        found.insert(0, "vazio")
    text = join(found)
    return f"{text}, sem pontuação" if _DIGITS_ONLY.fullmatch(text) else text


def _explain_sequence(sequence: str) -> str | None:
    """'ID[0-9]{52}' -> 'ID seguido de 52 dígitos'; None when a part is not understood."""
    parts: list[str] = []
    literal = ""
    for atom, least, comma, most, sign in _TOKEN.findall(sequence):
        text = atom.removeprefix("\\")
        if atom in _CLASSES:
            parts += [literal] if literal else []
            literal = ""
            parts.append(_explain_class(atom, least, comma, most, sign))
        elif len(text) == 1 and atom != "." and not (least or sign):
            literal += text
        else:
            return None
    parts += [literal] if literal else []
    parts = [part for part in parts if part] or ["vazio"]
    if len(parts) > 1 and not _counts(parts[0]):
        return f"{parts[0]} seguido de {join(parts[1:], 'e').removeprefix('de ')}"
    return join(parts, "e")


def _counts(part: str) -> bool:
    return any(part.endswith(noun) for pair in _CLASSES.values() for noun in pair)


def _explain_class(atom: str, least: str, comma: str, most: str, sign: str) -> str:
    one, many = _CLASSES[atom]
    if sign:
        return {"+": f"1 ou mais {many}", "*": many, "?": f"até 1 {one}"}[sign]
    if not least or (least == "1" and not comma):
        return f"1 {one}"
    if not comma:
        return "" if least == "0" else f"{least} {many}"
    if not most:
        return f"pelo menos {least} {many}"
    return f"até {most} {many}" if least == "0" else f"de {least} a {most} {many}"
