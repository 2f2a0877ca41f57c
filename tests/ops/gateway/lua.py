"""The gateway's code in LuaJIT, the engine that Kong has, without a server around it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lupa.luajit21 import LuaRuntime

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
local ngx = { crc32_long = crc32 }
"""


def function_of(program: str) -> Callable[..., Any]:
    """What a program returns, in an engine of its own; a text is bytes, as latin-1 has them."""
    found: Callable[..., Any] = LuaRuntime(encoding="latin-1").execute(program)
    return found


def globals_while_loading(chunk: str) -> list[str]:
    """What a chunk reads of its environment until it has returned its function."""
    runtime = LuaRuntime(encoding="utf-8")
    load = runtime.eval(
        """function(text)
          local chunk, asked = assert(loadstring(text)), {}
          local function ask(_, key) asked[#asked + 1] = key end
          setfenv(chunk, setmetatable({}, { __index = ask }))
          assert(type(chunk()) == "function")
          return table.concat(asked, " ")
        end"""
    )
    return str(load(chunk)).split()
