"""Compiles the inner loops, where there is a compiler; without one their Python runs."""

from __future__ import annotations

import shlex
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCES = (
    Path("src/fiscalxml/documents/_leitura.c"),
    Path("src/fiscalxml/schemas/acceptance/_aceita.c"),
    Path("src/fiscalxml/_passeio.c"),
)


class NativeLoops(BuildHookInterface):
    """Puts the compiled modules beside their sources, and into the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        for source in SOURCES:
            target = source.with_suffix(sysconfig.get_config_var("EXT_SUFFIX"))
            if not self._compile(source, target):
                self.app.display_warning("fiscalxml: sem compilador C; tudo fica em Python")
                return
            build_data["artifacts"].append(str(target))
            build_data["pure_python"] = False
            build_data["infer_tag"] = True

    def _compile(self, source: Path, target: Path) -> bool:
        target_file = Path(self.root) / target
        target_file.unlink(missing_ok=True)
        compiler = shlex.split(sysconfig.get_config_var("CC") or "cc")
        flags = ["-O2", "-shared", "-fPIC", f"-I{sysconfig.get_paths()['include']}"]
        if sysconfig.get_platform().startswith("macosx"):
            flags += ["-undefined", "dynamic_lookup"]
        command = [*compiler, *flags, str(Path(self.root) / source), "-o", str(target_file)]
        try:
            subprocess.run(command, check=True, capture_output=True)  # noqa: S603
        except (OSError, subprocess.CalledProcessError):
            return False
        return True
