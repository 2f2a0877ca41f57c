"""rsyslog (8.2302 on): reads the files of logs and sends them to Elasticsearch's `_bulk`.

A line is sent as it was written, with the machine's name before it. Its `_id` says where it stood,
so what is sent again (a shipper that died, an answer that was lost) is a conflict and no second
line. Only what says `ecs.version` is sent: the first words of a process, what a library prints, and
letters that are printed for want of a mail server, stay where they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fiscalxml_ops.logs.streams import AUDITORIA, AUTH, BORDA, EDGE, SERVICOS, SERVIDORES
from fiscalxml_server.kit.telemetry.logs import ECS_VERSION

SETTINGS: Final = (
    "FISCALXML_LOGS_ES_URL",
    "FISCALXML_LOGS_ES_USER",
    "FISCALXML_LOGS_ES_PASSWORD",
    "FISCALXML_LOGS_DIR",
    "FISCALXML_LOGS_REFUSED",
)
"""in the environment of rsyslogd"""


def files() -> dict[str, str]:
    """For /etc/rsyslog.d, in this order."""
    values = {
        "servicos": SERVICOS.stream,
        "auditoria": AUDITORIA.stream,
        "servidores": SERVIDORES.stream,
        "auth": AUTH,
        "borda": BORDA.stream,
        "edge": EDGE,
        "ecs": ECS_VERSION,
    }
    return {
        "rsyslog/40-fiscalxml.conf": _filled(_SERVICES, values),
        "rsyslog/41-fiscalxml-servidores.conf": _filled(_SERVERS, values),
    }


def _filled(text: str, values: Mapping[str, str]) -> str:
    """`@{name}`: rsyslog has the dollar for itself."""
    for name, value in values.items():
        text = text.replace(f"@{{{name}}}", value)
    return text


_SERVICES: Final = r"""# Made by fiscalxml_ops.logs.shipping: `make operacao`.
# Environment of rsyslogd: FISCALXML_LOGS_ES_URL (https://host:9200), FISCALXML_LOGS_ES_USER,
# FISCALXML_LOGS_ES_PASSWORD, FISCALXML_LOGS_DIR (where the services' *.log are),
# FISCALXML_LOGS_REFUSED (a file: lines that Elasticsearch will never take, by place and reason).

# A line with the frames of an exception may be long; one that is cut would be no JSON.
global(maxMessageSize="64k")

module(load="imfile")
module(load="mmjsonparse")
module(load="omelasticsearch")

template(name="fiscalxml_corpo" type="list") { property(name="$.corpo") }
template(name="fiscalxml_corrente" type="list") { property(name="$.corrente") }
template(name="fiscalxml_id" type="list") { property(name="$.id") }
template(name="fiscalxml_recusada" type="list") {
    property(name="$.omes!_id") constant(value=" ")
    property(name="$.omes!status") constant(value=" ")
    property(name="$.omes!error!type") constant(value="\n")
}

input(type="imfile" file=`echo $FISCALXML_LOGS_DIR/*.log` tag="fiscalxml"
      addMetadata="on" ruleset="fiscalxml_linha")

ruleset(name="fiscalxml_linha") {
    action(type="mmjsonparse" cookie="" container="!linha")
    if $parsesuccess != "OK" or strlen($!linha!ecs.version) == 0 then stop
    set $.corpo = '{"host.name":"' & $hostname & '",' & substring($msg, 1, strlen($msg) - 1);
    set $.id = $hostname & ":" & $!metadata!filename & ":" & $!metadata!fileoffset & ":"
        & $!linha!@timestamp;
    if $!linha!service.name == "@{auth}" then set $.corrente = "@{auditoria}";
    else if $!linha!service.name == "@{edge}" then set $.corrente = "@{borda}";
    else set $.corrente = "@{servicos}";
    call fiscalxml_enviar
}

ruleset(name="fiscalxml_enviar") {
    # Here again comes each line of a batch of which one was refused, with what became of it.
    if strlen($.omes!status) > 0 then {
        if $.omes!status == 200 or $.omes!status == 201 then stop
        # There already: it was sent again.
        if $.omes!status == 409 then stop
        # Never to be taken (a field of another type): what and why is in this file, for a person.
        if $.omes!status != 429 and $.omes!status < 500 then {
            action(type="omfile" file=`echo $FISCALXML_LOGS_REFUSED` template="fiscalxml_recusada"
                   fileCreateMode="0600")
            stop
        }
        # Not $rawmsg: for what has a field `message`, it is that field's text.
        set $.corpo = $!;
        set $.id = $.omes!_id;
        set $.corrente = $.omes!_index;
    }
    action(type="omelasticsearch" name="fiscalxml_es"
           server=`echo $FISCALXML_LOGS_ES_URL`
           uid=`echo $FISCALXML_LOGS_ES_USER` pwd=`echo $FISCALXML_LOGS_ES_PASSWORD`
           template="fiscalxml_corpo" bulkmode="on" writeoperation="create" searchType=""
           searchIndex="fiscalxml_corrente" dynSearchIndex="on"
           bulkid="fiscalxml_id" dynbulkid="on"
           retryfailures="on" retryruleset="fiscalxml_enviar"
           action.resumeRetryCount="-1" action.resumeInterval="1" action.resumeIntervalMax="60"
           queue.type="LinkedList" queue.size="100000" queue.dequeueBatchSize="500"
           queue.filename="fiscalxml_es" queue.maxDiskSpace="1g" queue.saveOnShutdown="on"
           queue.timeoutShutdown="5000")
}
"""

_SERVERS: Final = r"""# Made by fiscalxml_ops.logs.shipping: `make operacao`.
# Environment of rsyslogd: FISCALXML_LOGS_SERVERS_DIR (PostgreSQL's *.json, Valkey's valkey*.log).
#
# What they say may quote data (`invalid input syntax: "…"`, a statement that was slow), and nobody
# here vouches for it: their messages stay on their machine. How grave it was and its code are sent.

input(type="imfile" file=`echo $FISCALXML_LOGS_SERVERS_DIR/*.json` tag="postgresql"
      addMetadata="on" ruleset="fiscalxml_postgresql")
input(type="imfile" file=`echo $FISCALXML_LOGS_SERVERS_DIR/valkey*.log` tag="valkey"
      addMetadata="on" ruleset="fiscalxml_valkey")

ruleset(name="fiscalxml_postgresql") {
    action(type="mmjsonparse" cookie="" container="!linha")
    if $parsesuccess != "OK" or strlen($!linha!error_severity) == 0 then stop
    # log_timezone = 'UTC': "2026-11-29 02:00:00.000 UTC"
    set $.quando = replace(replace($!linha!timestamp, " UTC", "Z"), " ", "T");
    set $.nivel = tolower($!linha!error_severity);
    set $.servidor = "postgresql";
    set $.codigo = $!linha!state_code;
    set $.pid = $!linha!pid;
    call fiscalxml_servidor
}

ruleset(name="fiscalxml_valkey") {
    # log-format logfmt, log-timestamp-format iso8601
    set $.nivel = re_extract($msg, "level=([a-z]+)", 0, 1, "");
    set $.quando = re_extract($msg, "timestamp=\"([0-9T:.+-]+)\"", 0, 1, "");
    if strlen($.nivel) == 0 or strlen($.quando) == 0 then stop
    set $.servidor = "valkey";
    set $.codigo = "";
    set $.pid = re_extract($msg, "pid=([0-9]+)", 0, 1, "0");
    call fiscalxml_servidor
}

ruleset(name="fiscalxml_servidor") {
    set $.corpo = '{"host.name":"' & $hostname & '","@timestamp":"' & $.quando
        & '","ecs.version":"@{ecs}","service.name":"' & $.servidor
        & '","event.dataset":"' & $.servidor & '.log","log.level":"' & $.nivel
        & '","process.pid":' & $.pid;
    if strlen($.codigo) > 0 then set $.corpo = $.corpo & ',"error.code":"' & $.codigo & '"';
    set $.corpo = $.corpo & '}';
    set $.id = $hostname & ":" & $!metadata!filename & ":" & $!metadata!fileoffset & ":" & $.quando;
    set $.corrente = "@{servidores}";
    call fiscalxml_enviar
}
"""
