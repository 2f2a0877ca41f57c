"""The gateway's code in LuaJIT, the engine that Kong has, without a server around it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import parts

# ngx.crc32_long with LuaJIT's own operations on bits; nginx has the real one (test_rules.py).
STANDS_FOR_NGX = """
local function crc32(text)
  local crc = -1
  for place = 1, #text do
    crc = bit.bxor(crc, text:byte(place))
    for _ = 1, 8 do
      crc = bit.bxor(bit.rshift(crc, 1), bit.band(0xEDB88320, -bit.band(crc, 1)))
    end
  end
  return tonumber(bit.bnot(crc)) % 2^32
end
"""


def run(program: str, folder: Path, lines: list[str]) -> list[str]:
    """The lines that a program prints, given these: each hexadecimal, as they may hold anything."""
    path = folder / "programa.lua"
    path.write_text(program, encoding="utf-8")
    done = subprocess.run(
        [str(parts.found("luajit")), str(path)],
        input="".join(f"{line.encode('latin-1').hex()}\n" for line in lines).encode(),
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode().splitlines()


READ = """
local function hex(line)
  return (line:gsub("%x%x", function(pair) return string.char(tonumber(pair, 16)) end))
end
"""


def quoted(value: Any) -> str:
    """A text as Lua writes it."""
    return json.dumps(value, ensure_ascii=False)
