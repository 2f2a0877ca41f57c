"""Files under ops/ and infra/ are what the code makes."""

from __future__ import annotations

from fiscalxml_ops.artefacts import ROOT, made


def test_each_generated_file_is_as_the_code_makes_it() -> None:
    stale = [
        str(path.relative_to(ROOT))
        for path, content in made()
        if not path.exists() or path.read_text(encoding="utf-8") != content
    ]
    assert not stale, f"run make operacao: {stale}"
