import smtplib
from http.client import HTTPConnection
from urllib.request import urlopen

import httpx2
from aiohttp import ClientSession

# ruleid: http-sem-prazo
httpx2.AsyncClient(base_url=url)
# ruleid: http-sem-prazo
httpx2.get(url)
# ruleid: http-sem-prazo
ClientSession()
# ruleid: http-sem-prazo
urlopen(url)
# ruleid: http-sem-prazo
HTTPConnection("x", 80)
# ruleid: http-sem-prazo
smtplib.SMTP("x")
# ok: http-sem-prazo
httpx2.AsyncClient(base_url=url, timeout=2)
# ok: http-sem-prazo
httpx2.Limits(max_connections=2)
# ok: http-sem-prazo
urlopen(url, timeout=3)
# ok: http-sem-prazo
smtplib.SMTP("x", timeout=3)
