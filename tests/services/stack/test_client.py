"""Whether a service is ready is a question that is always answered."""

from __future__ import annotations

import socket
import threading

from fiscalxml_server.stack.client import Cliente
from ports import free_port


def test_nobody_listens() -> None:
    assert not Cliente(f"http://127.0.0.1:{free_port()}", "").ready()


def test_who_asked_hears_his_own_question() -> None:
    """So a connection to a free port of the loopback may end, when both its ends have one port."""
    with socket.create_server(("127.0.0.1", free_port())) as server:
        host, port = server.getsockname()

        def echo() -> None:
            connection, _ = server.accept()
            with connection:
                connection.sendall(connection.recv(4096))

        thread = threading.Thread(target=echo)
        thread.start()
        assert not Cliente(f"http://{host}:{port}", "").ready()
        thread.join(5)
