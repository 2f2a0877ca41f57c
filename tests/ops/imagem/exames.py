"""What is looked at in the containers that run. Each raises AssertionError, and gives a line."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from typing import Any, Final

from .motor import Motor
from .projeto import DISCOS, RUNNING, SERVERS, VOLUMES

_SECONDS: Final = 900.0
_KILLED: Final = 137
_WANTED: Final = {
    "CapInh": "0000000000000000",
    "CapPrm": "0000000000000000",
    "CapEff": "0000000000000000",
    "CapBnd": "0000000000000000",
    "NoNewPrivs": "1",
    "Seccomp": "2",
}
_TELL: Final = (
    "import urllib.request as u; print(u.urlopen('http://{}/metrics', timeout=5).read().decode())"
)
_TELL_DISKS: Final = _TELL.format(f"{DISCOS}:9100")
_TELL_CERTIFICATES: Final = _TELL.format("localhost:9464")
_CERTIFICATES: Final = {"autoridade", "banco", "banco_replica", "broker", "objetos", "auth"}
_LAG_SECONDS: Final = 30.0
_ENCRYPTED: Final = (
    "SELECT count(*) FILTER (WHERE ssl), count(*) FILTER (WHERE NOT ssl)"
    " FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE client_addr IS NOT NULL"
)
_WRITE: Final = """
import errno, os
for path in ("/", "/etc", "/opt/fiscalxml", "/usr/bin", "/var/lib"):
    try:
        os.close(os.open(path + "/x", os.O_CREAT | os.O_WRONLY))
    except OSError as error:
        assert error.errno in (errno.EROFS, errno.EACCES), (path, error)
        assert os.statvfs(path).f_flag & os.ST_RDONLY, path
    else:
        raise AssertionError(path)
open("/tmp/x", "w").close()
"""


def containers(motor: Motor, service: str) -> list[str]:
    """Ids of those that there are of a service."""
    label = f"label=com.docker.compose.service={service}"
    return motor.docker("ps", "--all", "--quiet", "--filter", label).split()


def wait_healthy(motor: Motor) -> None:
    """All, or AssertionError with the last lines of who is not."""
    deadline = time.monotonic() + _SECONDS
    for service in (*SERVERS, *RUNNING):
        for container in containers(motor, service):
            while (state := _state(motor, container)) != "healthy":
                assert time.monotonic() < deadline, f"{service} {state}: {motor.logs(container)}"
                time.sleep(0.5)


def last_words(motor: Motor) -> Iterator[str]:
    """Of each container that ended by itself."""
    ended = motor.docker("ps", "--all", "--filter", "status=exited", "--format", "{{.Names}}")
    for container in ended.split():
        state = motor.inspect(container)["State"]
        code, killed = state["ExitCode"], state["OOMKilled"]
        yield f"{container}: {code}, OOM {killed}\n{motor.logs(container)}"


def examine_rights(motor: Motor) -> Iterator[str]:
    """Nobody is root, has a capability, or can write where nothing is to be written."""
    for service in RUNNING:
        found = containers(motor, service)
        for container in found:
            status = motor.docker("exec", container, "cat", "/proc/1/status")
            lines = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
            assert set(lines["Uid"].split()) == {"10001"}, (service, lines["Uid"])
            assert {name: lines[name] for name in _WANTED} == _WANTED, (service, lines)
            motor.docker("exec", container, "python", "-c", _WRITE)
        yield f"{service} ×{len(found)}: uid 10001, no capability, root read-only"


def examine_replica(motor: Motor, password: str) -> str:
    """It follows the primary, and whoever came over the network came by TLS."""
    (replica,) = containers(motor, "replica")
    (primary,) = containers(motor, "postgres")
    written = _sql(motor, primary, password, "SELECT pg_current_wal_lsn()")
    query = f"SELECT pg_is_in_recovery(), pg_last_wal_replay_lsn() >= '{written}'::pg_lsn"
    deadline = time.monotonic() + _LAG_SECONDS
    while (follows := _sql(motor, replica, password, query)) != "t|t":
        assert time.monotonic() < deadline, follows
        time.sleep(0.25)
    state = _sql(motor, primary, password, "SELECT state FROM pg_stat_replication")
    counted = _sql(motor, primary, password, _ENCRYPTED)
    encrypted, others = counted.split("|")
    assert int(encrypted) > 0, counted
    assert others == "0", counted
    return f"replica: {state}, {written} replayed; {encrypted} connections, all by TLS"


def examine_disks(motor: Motor) -> str:
    """Free space is told of each volume by who has no rights, and of nothing else."""
    (relay,) = containers(motor, "relay")
    told = motor.docker("exec", relay, "python", "-c", _TELL_DISKS)
    for family in ("node_filesystem_avail_bytes", "node_filesystem_size_bytes"):
        series = re.findall(rf'^{family}{{.*mountpoint="/volumes/(\w+)".*}} (\S+)$', told, re.M)
        assert {name for name, _ in series} == set(VOLUMES), told
        assert all(float(value) > 0 for _, value in series), told
    return f"{DISCOS}: free space of {', '.join(VOLUMES)}"


def examine_certificates(motor: Motor) -> str:
    """Relay and entregador tell when each server's ends, and all when the authority does."""
    ends: dict[str, set[str]] = {}
    for service in RUNNING:
        for container in containers(motor, service):
            told = motor.docker("exec", container, "python", "-c", _TELL_CERTIFICATES)
            for server, value in re.findall(r'^server_cert.*{server="(\w+)"} (\S+)$', told, re.M):
                ends.setdefault(server, set()).add(value)
    assert set(ends) == _CERTIFICATES, ends
    assert all(len(each) == 1 for each in ends.values()), ends
    return f"certificates: ends of {', '.join(sorted(ends))} are told, each the same by all"


def smoke(motor: Motor) -> dict[str, Any]:
    """What the customer's script says."""
    (client,) = containers(motor, "cliente")
    said = json.loads(motor.docker("exec", client, "python", "/ensaio/fumaca.py").splitlines()[-1])
    assert said["lote"] == "concluido", said
    assert said["invalido"] > 0, said
    assert said["aceito"] > 0, said
    assert said["notificacao"] == "lote.concluido", said
    assert said["danfe"] == "%PDF", said
    assert said["relatorio"] == "%PDF", said
    assert said["parquet"], said
    return dict(said)


def stop_each(motor: Motor) -> Iterator[str]:
    """In good order, within its grace: never killed."""
    for service in RUNNING:
        for container in containers(motor, service):
            config = motor.inspect(container)["Config"]
            grace = int(config.get("StopTimeout") or 10)
            begun = time.monotonic()
            motor.docker("stop", "--time", str(grace), container)
            took = time.monotonic() - begun
            code = int(motor.inspect(container)["State"]["ExitCode"])
            assert code != _KILLED, (service, took)
            assert took < grace, (service, took)
            yield f"docker stop {service}: {took:.1f} s of {grace}, exit {code}"


def _state(motor: Motor, container: str) -> str:
    state = motor.inspect(container)["State"]
    return str(state["Health"]["Status"] if state["Running"] else state["Status"])


def _sql(motor: Motor, container: str, password: str, query: str) -> str:
    """One value, or several with bars between, of the superuser."""
    command = ("psql", "--username=postgres", "--dbname=postgres", "--no-align", "--tuples-only")
    given = ("exec", "--env", f"PGPASSWORD={password}", container)
    return motor.docker(*given, *command, f"--command={query}")
