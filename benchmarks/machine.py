"""What the figures were measured on."""

from __future__ import annotations

import os
import platform
import sys
from importlib import metadata
from pathlib import Path

from lxml import etree


def description() -> str:
    """CPU, cores, and the versions that speed depends on, in one line."""
    libxml2 = ".".join(map(str, etree.LIBXML_VERSION))
    packages = ", ".join(f"{name} {metadata.version(name)}" for name in ("lxml", "cryptography"))
    return (
        f"{_cpu_model()}, {os.cpu_count()} cores; {platform.system()} {platform.release()}; "
        f"Python {platform.python_version()} ({_whose_python()}), {packages}, libxml2 {libxml2}"
    )


def _whose_python() -> str:
    """A distribution compiles it with profiles (PGO): a tenth to a seventh faster."""
    return "the system's" if sys.base_prefix == "/usr" else "compiled apart"


def _cpu_model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())
