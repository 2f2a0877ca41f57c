"""What the sources may not hold, whoever writes the next line of them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "src"
RUNS_TEXT = {"eval", "exec", "compile", "__import__"}
READS_OBJECTS = {"pickle", "marshal", "shelve", "dill", "yaml", "jsonpickle"}
PRESCRIBED = {
    "fiscalxml/generator/signing.py",
    "fiscalxml/rules/nfe/qrcode.py",
    "fiscalxml/rules/nfe/qrcode_csc.py",
    "fiscalxml/rules/nfe/responsavel_tecnico.py",
    "fiscalxml/signatures/signed_info.py",
}
"""where SEFAZ prescribes SHA-1"""
SAFE_YAML = {"SafeDumper", "ScalarNode", "dump", "safe_dump", "safe_load"}
ONLY_LOOKS = "fiscalxml_server/kit/showing.py"
"""at the dates of a certificate, a bad one too, and sends nothing"""
NO_SECRET = {
    "fiscalxml/client/retries.py",
    "fiscalxml/sending/persistence.py",
    "fiscalxml_server/kit/telemetry/context.py",
    "fiscalxml_server/kit/telemetry/traces.py",
    "fiscalxml_server/webhooks/entregador/claiming.py",
    "fiscalxml_server/webhooks/entregador/schedule.py",
    "fiscalxml_server/webhooks/entregador/slices.py",
}
"""pauses, turns and traces; besides what is synthetic"""


@cache
def _trees() -> dict[str, ast.Module]:
    return {
        file.relative_to(SOURCES).as_posix(): ast.parse(file.read_text(encoding="utf-8"))
        for file in SOURCES.rglob("*.py")
    }


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (each.name.partition(".")[0] for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def _calls(tree: ast.Module) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _names(tree: ast.Module) -> set[str]:
    """Whatever is named, alone or of something."""
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return names | {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


def test_nothing_that_runs_text_as_code_is_used() -> None:
    for path, tree in _trees().items():
        assert not READS_OBJECTS & set(_imports(tree)) - _safe_yaml(path, tree), path
        for call in _calls(tree):
            assert not (isinstance(call.func, ast.Name) and call.func.id in RUNS_TEXT), path
            shells = [each for each in call.keywords if each.arg == "shell"]
            assert not shells, path


def _safe_yaml(path: str, tree: ast.Module) -> set[str]:
    """Of what operates the service, YAML that is made, or read without objects."""
    if not path.startswith("fiscalxml_ops/"):
        return set()
    used = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "yaml"
    }
    return {"yaml"} if used <= SAFE_YAML else set()


def test_secrets_come_from_the_system_s_generator() -> None:
    """`random` can be foretold."""
    users = {path for path, tree in _trees().items() if "random" in _imports(tree)}
    assert {path for path in users if not path.startswith("fiscalxml/generator/")} == NO_SECRET


def test_weak_hashes_serve_nothing_but_what_others_prescribe() -> None:
    weak = {"md5", "MD5", "sha1", "SHA1"}
    assert {path for path, tree in _trees().items() if weak & _names(tree)} == PRESCRIBED


def test_no_certificate_goes_unverified() -> None:
    off = {"CERT_NONE", "_create_unverified_context", "check_hostname"}
    for path, tree in _trees().items():
        if path == ONLY_LOOKS:
            continue
        assert not off & _names(tree), path
        for call in _calls(tree):
            given = {each.arg: ast.unparse(each.value) for each in call.keywords}
            assert given.get("verify", "context") == "context", path  # of kit.tls, which verifies
            assert not given.keys() & {"validate_certs", "ssl_cert_reqs"}, path


def test_no_redirect_is_followed() -> None:
    for path, tree in _trees().items():
        for call in _calls(tree):
            assert not [each for each in call.keywords if each.arg == "follow_redirects"], path


def _scripts() -> dict[str, str]:
    return {
        file.name: file.read_text(encoding="utf-8")
        for kind in ("*.js", "*.html")
        for file in SOURCES.rglob(kind)
    }


def test_no_page_keeps_anything_in_the_browser() -> None:
    for name, text in _scripts().items():
        assert not re.search("localStorage|sessionStorage|indexedDB|document.cookie", text), name
        assert "persistAuthorization: true" not in text, name


def test_scripts_write_no_property_by_a_name_from_outside() -> None:
    """Sets and maps hold what is named elsewhere; `object[name] = ...` would reach prototypes."""
    for name, text in _scripts().items():
        assert not re.search(r"\]\s*=[^=>]", re.sub(r"'[^']*'|\"[^\"]*\"", "", text)), name
        assert not re.search("__proto__|innerHTML|insertAdjacentHTML|document.write", text), name


def test_fields_of_passwords_are_masked_and_take_what_a_manager_fills_in() -> None:
    pages = {name: text for name, text in _scripts().items() if "senha" in text}
    fields = [
        field
        for text in pages.values()
        for field in re.findall("<input[^>]*>", text)
        if 'name="senha"' in field
    ]
    assert len(fields) >= 3
    for field in fields:
        assert 'type="password"' in field, field
        assert re.search('autocomplete="(current|new)-password"', field), field
    assert not [name for name, text in pages.items() if "paste" in text]


def test_every_component_is_locked_by_its_hash() -> None:
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    components = [number for number, line in enumerate(lines) if "==" in line]
    assert len(components) > 100
    for number in components:
        assert lines[number].endswith("\\"), lines[number]
        assert "--hash=sha256:" in lines[number + 1], lines[number]
    assert not [line for line in lines if "://" in line]
