"""Who asks a service: verified by the service itself, with what the Auth Service last told it.

A token is verified offline, by public keys that are kept; an API key is asked about, and the answer
kept for seconds; what was revoked is heard of every two seconds. `Verificador` is the door.
"""

from fiscalxml_server.kit.verifying.verificador import Verificador

__all__ = ["Verificador"]
