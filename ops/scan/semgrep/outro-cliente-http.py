# ruleid: outro-cliente-http
import requests
# ruleid: outro-cliente-http
from requests import Session
# ruleid: outro-cliente-http
import urllib3
# ok: outro-cliente-http
import httpx2
