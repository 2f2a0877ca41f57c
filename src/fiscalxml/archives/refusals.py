"""Why an entry or archive is refused: stable codes, and what the user reads."""

from __future__ import annotations

from fiscalxml.archives.results import Recusa

_COPIE = "Baixe ou copie o arquivo de novo; se o original estiver assim, gere-o outra vez."
_DIVIDA = "Divida o envio em arquivos menores."

# code -> (motivo, correcao); the names in braces are filled in where the refusal is raised
CATALOGO: dict[str, tuple[str, str | None]] = {
    "XML-040": (
        "O arquivo não é um ZIP, TAR ou GZIP reconhecido.",
        "Envie os XML em um arquivo ZIP, TAR ou TAR.GZ.",
    ),
    "XML-041": (
        "Arquivos {formato} não são aceitos.",
        "Extraia o conteúdo e compacte-o de novo como ZIP.",
    ),
    "XML-042": ("O ZIP está incompleto ou danificado: {detalhe}.", _COPIE),
    "XML-043": ("O TAR está incompleto ou danificado: {detalhe}.", _COPIE),
    "XML-044": ("Os dados comprimidos estão corrompidos ou incompletos.", _COPIE),
    "XML-045": ("A entrada está protegida por senha.", "Refaça o arquivo sem senha."),
    "XML-046": (
        "O método de compressão {metodo} não é aceito.",
        "Refaça o ZIP com a compressão padrão (Deflate).",
    ),
    "XML-047": ("A entrada está danificada: {detalhe}.", _COPIE),
    "XML-048": (
        "A entrada ocupa o mesmo trecho do ZIP que outra, como nas bombas de descompressão.",
        "Refaça o ZIP a partir dos XML originais.",
    ),
    "XML-049": (
        "A entrada descompactada passa do limite de {limite}.",
        "Confira se a entrada é mesmo um XML fiscal.",
    ),
    "XML-050": (
        "A compressão passa de {limite} para 1, como nas bombas de descompressão.",
        "Refaça o arquivo a partir dos XML originais.",
    ),
    "XML-051": (
        "O conteúdo descompactado passa do limite de {limite}; o restante não foi lido.",
        _DIVIDA,
    ),
    "XML-052": ("O arquivo tem mais de {limite} entradas; o restante não foi lido.", _DIVIDA),
    "XML-053": (
        "O arquivo compactado está dentro de outros além do limite de {limite} níveis.",
        "Extraia-o e envie-o diretamente.",
    ),
    "XML-054": (
        "O ZIP passa de {limite}, o limite quando vem dentro de outro arquivo ou por um fluxo.",
        "Extraia-o e envie-o diretamente, como arquivo.",
    ),
    "XML-055": (
        "Depois do fim dos dados comprimidos há bytes que não fazem parte deles.",
        "Confira se falta algum documento: outro arquivo pode ter sido emendado a este.",
    ),
    "XML-056": ("O ZIP está dividido em volumes.", "Junte os volumes em um único ZIP."),
    "XML-057": (
        "Entradas do tipo {tipo} não são aceitas no TAR.",
        "Refaça o TAR apenas com arquivos comuns.",
    ),
}


class _RefusalError(Exception):
    def __init__(self, codigo: str, **values: str) -> None:
        motivo, self._correcao = CATALOGO[codigo]
        self._codigo = codigo
        self._motivo = motivo.format(**values)
        super().__init__(f"{codigo} {self._motivo}")

    def recusa(self, name: str) -> Recusa:
        """What the user gets, about the entry or archive of this name."""
        return Recusa(name, self._codigo, self._motivo, self._correcao)


class RefusedError(_RefusalError):
    """This entry or nested archive cannot be read; whatever is around it goes on."""


class ExhaustedError(_RefusalError):
    """A limit of the whole reading was passed; nothing more is read."""
