"""What is said of each fault of well-formedness, and the faults that a number alone tells.

The codes are those of `messages`; the numbers are libxml2's `xmlParserErrors`.
"""

from __future__ import annotations

from typing import NamedTuple


class ErroXml(NamedTuple):
    """A well-formedness error as its reader sees it."""

    codigo: str
    mensagem: str
    correcao: str


CUT = ErroXml(
    "XML-004",
    "O documento está cortado: termina antes do fim.",
    "Obtenha o arquivo completo na origem; não o complete à mão.",
)
GENERIC = ErroXml(
    "XML-003",
    "O XML está mal formado.",
    "Gere o arquivo de novo no sistema emissor e confira se ele abre como XML.",
)
TOO_DEEP = ErroXml(
    "XML-010",
    "O documento tem níveis demais de tags, umas dentro das outras.",
    "Confira se o arquivo é um documento fiscal: nenhum leiaute chega a essa profundidade.",
)
TOO_LONG = ErroXml(
    "XML-012",
    "Um texto, atributo ou nome do documento é grande demais.",
    "Confira se o arquivo é um documento fiscal: nenhum campo de leiaute chega a esse tamanho.",
)
FORBIDDEN = ErroXml(
    "XML-013",
    "Há um caractere proibido em XML (caractere de controle ou nulo).",
    "Retire do texto o caractere invisível, comum em conteúdo copiado de outros sistemas.",
)
ENCODING = ErroXml(
    "XML-014",
    "Há bytes que não pertencem à codificação declarada no arquivo.",
    "Grave o arquivo em UTF-8, ou declare a codificação em que ele foi gravado "
    '(por exemplo, encoding="ISO-8859-1").',
)
ENTITIES = ErroXml(
    "XML-015",
    "O documento usa entidades que não são aceitas.",
    "Troque as entidades pelos próprios caracteres e remova as declarações de entidade.",
)
AFTER_ROOT = ErroXml(
    "XML-016",
    "Há conteúdo depois do fim do documento, ou mais de um elemento raiz.",
    "Deixe um único documento por arquivo e remova o que vem depois da última tag.",
)
ATTRIBUTE = ErroXml(
    "XML-018",
    "Há um atributo mal formado em uma tag.",
    'Escreva cada atributo como nome="valor", separados por espaço e com aspas retas.',
)
REPEATED = ErroXml(
    "XML-018",
    "Um atributo aparece mais de uma vez na mesma tag.",
    "Deixe cada atributo uma única vez na tag.",
)
DECLARATION_PLACE = ErroXml(
    "XML-020",
    "A declaração <?xml … ?> não está no início do arquivo.",
    "Remova espaços, linhas e textos antes da declaração, e deixe uma única declaração.",
)
DECLARATION = ErroXml(
    "XML-003",
    "A declaração <?xml … ?> do início do arquivo está mal formada.",
    'Use <?xml version="1.0" encoding="UTF-8"?>.',
)
LOOSE_AMPERSAND = ErroXml(
    "XML-021",
    "Há um caractere & solto no texto.",
    "Troque & por &amp; no texto.",
)
LOOSE_LESS_THAN = ErroXml(
    "XML-021",
    "Há um caractere < solto no texto, ou uma tag com nome inválido.",
    "Troque < por &lt; no texto, ou corrija o nome da tag.",
)
LOOSE_CDATA_END = ErroXml(
    "XML-021",
    "Há a sequência ]]> solta no texto.",
    "Troque ]]> por ]]&gt; no texto.",
)
NO_TAG = ErroXml(
    "XML-003",
    "O conteúdo não é XML: não começa por uma tag.",
    "Confira se o arquivo enviado é mesmo o XML do documento.",
)
TAG_END = ErroXml(
    "XML-003",
    "Há uma tag sem o sinal > de fechamento.",
    "Complete a tag com o sinal >.",
)
NAME = ErroXml(
    "XML-003",
    "Há uma tag ou atributo com nome inválido.",
    "Use nomes do leiaute, com no máximo um prefixo separado por dois-pontos.",
)
COMMENT = ErroXml(
    "XML-003",
    "Há um comentário com dois hífens seguidos.",
    "Remova o comentário: documentos fiscais não precisam dele.",
)
NAMESPACE = ErroXml(
    "XML-003",
    "Há uma declaração de namespace (xmlns) inválida.",
    "Use no xmlns exatamente o endereço que o leiaute define.",
)

# What is left to say when the text is not one of the rules: by number alone.
BY_CODE = {
    4: NO_TAG,
    5: AFTER_ROOT,
    6: FORBIDDEN,
    7: FORBIDDEN,
    8: FORBIDDEN,
    9: FORBIDDEN,
    22: LOOSE_AMPERSAND,
    23: LOOSE_AMPERSAND,
    26: ENTITIES,
    27: ENTITIES,
    28: ENTITIES,
    29: ENTITIES,
    31: ENCODING,
    32: ENCODING,
    33: DECLARATION,
    34: DECLARATION,
    38: LOOSE_LESS_THAN,
    39: ATTRIBUTE,
    40: CUT,
    41: ATTRIBUTE,
    42: REPEATED,
    45: CUT,
    47: CUT,
    56: DECLARATION,
    57: DECLARATION,
    62: LOOSE_CDATA_END,
    63: CUT,
    64: DECLARATION_PLACE,
    65: DECLARATION,
    73: TAG_END,
    77: CUT,
    78: DECLARATION,
    79: DECLARATION,
    80: COMMENT,
    81: ENCODING,
    86: AFTER_ROOT,
    87: ENTITIES,
    88: ENTITIES,
    89: ENTITIES,
    90: ENTITIES,
    96: DECLARATION,
    99: NAMESPACE,
    104: ENTITIES,
    108: DECLARATION,
    110: TOO_LONG,
    114: TOO_LONG,
    200: NAMESPACE,
    201: NAMESPACE,
    202: NAME,
    203: REPEATED,
    204: NAMESPACE,
    205: NAME,
    6003: ENCODING,
}
