"""The golden cases through the real command: exit codes, one report a line, archives, paths."""

import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from factory import build
from fiscalxml import Report
from fiscalxml.report import read_report

from .cases import WITH_INPUT
from .inputs import tampered
from .model import Case, differences, rows
from .service_cases import NO_PATH, PDF, ZIP_BOMB, ZIP_NAMES

COMMAND = Path(sys.executable).with_name("fiscalxml")
RUNNABLE = [case for case in WITH_INPUT if not case.motivo_pendente]


class Options(NamedTuple):
    """What cases must share to go into one run of the command."""

    conhecida: bool
    perfil: str | None
    em: datetime | None
    saida: int

    def __str__(self) -> str:
        words = [f"--perfil {self.perfil}" if self.perfil else "auto"]
        words += [f"--em {self.em:%Y-%m-%d}"] if self.em else []
        words += [] if self.conhecida else ["AC unknown"]
        return f"{', '.join(words)}: exit {self.saida}"

    def arguments(self, ac_dir: Path) -> list[str]:
        perfil = ["--perfil", self.perfil] if self.perfil else []
        em = ["--em", self.em.isoformat()] if self.em else []
        return perfil + em + (["--ac", str(ac_dir)] if self.conhecida else [])


def _options(case: Case) -> Options:
    opcoes = case.opcoes
    return Options(case.conhecida, opcoes.get("perfil"), opcoes.get("em"), case.saida)


RUNS = sorted({_options(case) for case in RUNNABLE}, key=str)


class Answer(NamedTuple):
    """What the command gave back."""

    code: int
    reports: list[Report]
    stderr: str

    def of(self, name: str) -> list[Report]:
        """The reports of a file, by the last part of its name."""
        return [report for report in self.reports if Path(report.arquivo).name == name]


def _validate(
    paths: Iterable[Path | str], *options: str, stdin: bytes = b"", cwd: Path | None = None
) -> Answer:
    done = subprocess.run(
        [COMMAND, "validate", *map(str, paths), "--json", "--jobs", "1", *options],
        input=stdin,
        capture_output=True,
        cwd=cwd,
        timeout=120,
        check=False,
    )
    stderr = done.stderr.decode()
    assert "Traceback" not in stderr
    return Answer(done.returncode, [read_report(line) for line in done.stdout.splitlines()], stderr)


@pytest.fixture(scope="module")
def answers(ac_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[Options, Answer]:
    """One run of the command for each set of options and exit code."""
    folder = tmp_path_factory.mktemp("casos")
    files: dict[Options, list[Path]] = {run: [] for run in RUNS}
    for number, case in enumerate(RUNNABLE):
        assert case.data is not None
        path = folder / f"{number}.xml"
        path.write_bytes(case.data())
        files[_options(case)].append(path)
    return {run: _validate(files[run], *run.arguments(ac_dir)) for run in RUNS}


@pytest.mark.parametrize("run", RUNS, ids=str)
def test_the_exit_code_is_that_of_the_verdicts(
    run: Options, answers: dict[Options, Answer]
) -> None:
    assert answers[run].code == run.saida


@pytest.mark.parametrize(
    ("number", "case"), list(enumerate(RUNNABLE)), ids=[case.id for case in RUNNABLE]
)
def test_the_command_reports_each_document_as_the_row_says(
    number: int, case: Case, answers: dict[Options, Answer]
) -> None:
    reports = answers[_options(case)].of(f"{number}.xml")
    assert [report.indice for report in reports] == list(range(len(case.espera)))
    assert int(any(report.veredito != "valido" for report in reports)) == case.saida
    for espera, report in zip(case.espera, reports, strict=True):
        assert differences(espera, report, com_regras=True) == []


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (build("nfe"), 0),
        (tampered(build("nfe")), 1),
        (build("nfe", changes={"@versao": "3.10"}), 1),
        (b"", 1),
    ],
    ids=["valido", "invalido", "nao_avaliado", "empty"],
)
def test_a_document_from_standard_input_gets_its_exit_code(
    data: bytes, code: int, ac_dir: Path
) -> None:
    answer = _validate(["-"], "--ac", str(ac_dir), stdin=data)
    assert answer.code == code
    assert [report.arquivo for report in answer.reports] == ["-"]


def test_garbage_inside_a_folder_is_a_report_and_not_a_wrong_usage(tmp_path: Path) -> None:
    (tmp_path / "nota.xml").write_bytes(build("nfe"))
    (tmp_path / "lixo.xml").write_bytes(b"lixo")
    answer = _validate([tmp_path])
    assert answer.code == 1
    assert {Path(r.arquivo).name: r.veredito for r in answer.reports} == {
        "nota.xml": "valido",
        "lixo.xml": "invalido",
    }


def test_a_path_that_cannot_be_opened_is_2_with_its_name_on_stderr(tmp_path: Path) -> None:
    nota = tmp_path / "nota.xml"
    nota.write_bytes(build("nfe"))
    answer = _validate([nota, tmp_path / "sumiu.xml"])
    assert answer.code == int(rows()[NO_PATH].saida)
    assert "sumiu.xml" in answer.stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads any folder")
def test_an_unreadable_folder_is_2(tmp_path: Path) -> None:
    closed = tmp_path / "fechada"
    closed.mkdir(mode=0)
    assert _validate([closed]).code == 2


@pytest.mark.parametrize(
    "arguments", [["--perfil", "outro"], ["--em", "ontem"], ["--ac", "/nao/existe"], ["--nada"]]
)
def test_wrong_usage_is_2(arguments: list[str]) -> None:
    answer = _validate(["-"], *arguments)
    assert (answer.code, answer.reports) == (2, [])


def _zip(path: Path, entries: Iterable[tuple[str, bytes]]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in entries:
            file.writestr(name, data)
    return path


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_the_exit_code_of_an_archive_is_as_inside_whatever_the_names_in_it(
    tmp_path: Path, ac_dir: Path
) -> None:
    (inside := tmp_path / "a" / "b").mkdir(parents=True)
    names = ["../../x.xml", "/etc/x.xml", "nota.xml", "nota.xml"]
    path = _zip(inside / "lote.zip", [(name, build("nfe")) for name in names])
    before = sorted(tmp_path.rglob("*"))
    answer = _validate([path], "--ac", str(ac_dir), cwd=inside)
    assert rows()[ZIP_NAMES].saida == "as inside"
    assert answer.code == 0
    assert [report.veredito for report in answer.reports] == ["valido"] * 4
    assert all("lote.zip!" in report.arquivo for report in answer.reports)
    assert sorted(tmp_path.rglob("*")) == before


def test_what_is_no_fiscal_file_by_nature_is_left_out(tmp_path: Path, ac_dir: Path) -> None:
    assert rows()[PDF].item == "ignorado"
    path = _zip(tmp_path / "lote.zip", [("nota.xml", build("nfe")), ("danfe.pdf", b"%PDF-1.7\n")])
    answer = _validate([path], "--ac", str(ac_dir))
    assert answer.code == 0
    assert [report.arquivo.rpartition("!")[2] for report in answer.reports] == ["nota.xml"]


def _hostile_zip(path: Path) -> Path:
    nested = build("nfe")
    for _ in range(12):
        inner = io.BytesIO()
        with zipfile.ZipFile(inner, "w") as file:
            file.writestr("x.zip", nested)
        nested = inner.getvalue()
    entries = [
        ("boa.xml", build("nfe")),
        ("cifrada.xml", build("nfe")),
        ("bomba.xml", b"<NFe>" + bytes(64_000_000)),
        ("funda.zip", nested),
        ("sobreposta.xml", build("nfe")),
        ("ultima.xml", build("nfe")),
    ]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in entries:
            file.writestr(name, data)
        by_name = {info.filename: info for info in file.filelist}
        by_name["cifrada.xml"].flag_bits |= 1
        by_name["sobreposta.xml"].header_offset = by_name["ultima.xml"].header_offset
    return path


def test_what_an_archive_hides_is_refused_entry_by_entry_and_the_rest_goes_on(
    tmp_path: Path, ac_dir: Path
) -> None:
    answer = _validate([_hostile_zip(tmp_path / "lote.zip")], "--ac", str(ac_dir))
    refused = [report for report in answer.reports if report.veredito == "invalido"]
    assert answer.code == int(rows()[ZIP_BOMB].saida)
    assert {report.arquivo.partition("!")[2].partition("!")[0] for report in refused} >= {
        "cifrada.xml",
        "bomba.xml",
        "funda.zip",
    }
    for report in refused:
        assert [(a.codigo[:4], a.severidade) for a in report.achados] == [("XML-", "erro")]
    valid = [report.arquivo for report in answer.reports if report.veredito == "valido"]
    assert any(name.endswith("!boa.xml") for name in valid)
