import ssl

import httpx2


def bad(context):
    # ruleid: tls-sem-verificacao
    httpx2.get("https://x", verify=False, timeout=1)
    # ruleid: tls-sem-verificacao
    context.check_hostname = False
    # ruleid: tls-sem-verificacao
    context.verify_mode = ssl.CERT_NONE
    # ruleid: tls-sem-verificacao
    ssl._create_unverified_context()


def good(context):
    # ok: tls-sem-verificacao
    httpx2.get("https://x", verify=context, timeout=1)
    # ok: tls-sem-verificacao
    context.verify_mode = ssl.CERT_REQUIRED
