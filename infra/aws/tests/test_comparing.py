"""What is taken away with data in it is told, and ends the comparison with 1."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from fiscalxml_aws.comparing import main


def _folder(path: Path, **resources: dict[str, Any]) -> str:
    path.mkdir()
    (path / "Armazenamento.template.json").write_text(json.dumps({"Resources": resources}))
    return str(path)


BUCKET = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "documentos"}}
RULE = {"Type": "AWS::Events::Rule", "Properties": {"State": "ENABLED"}}


def test_nothing_differs_from_itself(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = _folder(tmp_path / "antes", Documentos=BUCKET)
    assert main([folder, folder]) == 0
    assert capsys.readouterr().out == "0 diferenças, 0 que levam dados\n"


def test_a_bucket_that_goes_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = _folder(tmp_path / "antes", Documentos=BUCKET, Regra=RULE)
    changed = {**RULE, "Properties": {"State": "DISABLED"}}
    after = _folder(tmp_path / "depois", Regra=changed, Outra=RULE)
    assert main([before, after]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "- Armazenamento/Documentos (AWS::S3::Bucket)  !",
        "+ Armazenamento/Outra (AWS::Events::Rule)",
        "~ Armazenamento/Regra (AWS::Events::Rule)",
        "3 diferenças, 1 que levam dados",
    ]


def test_what_becomes_another_type_is_made_anew(tmp_path: Path) -> None:
    before = _folder(tmp_path / "antes", Coisa=BUCKET)
    assert main([before, _folder(tmp_path / "depois", Coisa=RULE)]) == 1
