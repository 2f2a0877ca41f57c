"""A Logstash pipeline that does what rsyslog does, for who has Logstash or Filebeat.

Only fields that `fields` knows pass: what inputs add on the way (addresses, paths, the line as it
was) is dropped again.
"""

from __future__ import annotations

import re
from string import Template
from typing import Final

from fiscalxml_ops.logs.fields import OF_THE_EDGE, TYPES
from fiscalxml_ops.logs.streams import AUDITORIA, AUTH, BORDA, EDGE, OURS, SERVICOS


def files() -> dict[str, str]:
    """One pipeline."""
    names = ",\n".join(f'      "^{re.escape(name)}$"' for name in [*TYPES, *OF_THE_EDGE])
    text = Template(_PIPELINE).substitute(
        nomes=names,
        auth=AUTH,
        auditoria=AUDITORIA.dataset,
        edge=EDGE,
        borda=BORDA.dataset,
        servicos=SERVICOS.dataset,
        ours=OURS,
    )
    return {"logstash/fiscalxml.conf": text}


_PIPELINE: Final = r"""# Made by fiscalxml_ops.logs.logstash: `make operacao`.
# Environment: FISCALXML_LOGS_DIR, FISCALXML_LOGS_ES_URL, FISCALXML_LOGS_ES_USER,
# FISCALXML_LOGS_ES_PASSWORD; FISCALXML_LOGS_BEATS_PORT for Filebeat. In pipelines.yml:
#   pipeline.ecs_compatibility: v8, queue.type: persisted

input {
  file {
    path => "$${FISCALXML_LOGS_DIR}/*.log"
    mode => "tail"
    start_position => "beginning"
    codec => plain { charset => "UTF-8" }
  }
  beats {
    port => "$${FISCALXML_LOGS_BEATS_PORT:5044}"
    host => "127.0.0.1"
  }
}

filter {
  # What is no line of a service (first words of a process, a library's) is not sent: nobody
  # vouches for what it says.
  if [message] !~ /^\{.*"ecs\.version":/ {
    drop { }
  }
  # Where a line stood: sent again, it is a conflict and no second line.
  fingerprint {
    source => ["[host][name]", "[log][file][path]", "[log][offset]", "message"]
    concatenate_sources => true
    method => "SHA256"
    target => "[@metadata][id]"
  }
  mutate {
    copy => { "[host][name]" => "[@metadata][host]" }
  }
  json {
    source => "message"
    skip_on_invalid_json => false
  }
  if "_jsonparsefailure" in [tags] {
    drop { }
  }
  # Elasticsearch, Filebeat and others write ECS, too; here are only services of ours.
  if [service.name] !~ /^$ours/ {
    drop { }
  }
  # A dot in a name is a dot here, as the services write it; Elasticsearch makes objects of it.
  prune {
    whitelist_names => [
$nomes
    ]
  }
  mutate {
    add_field => { "host.name" => "%{[@metadata][host]}" }
  }
  if [service.name] == "$auth" {
    mutate { add_field => { "[@metadata][dataset]" => "$auditoria" } }
  } else if [service.name] == "$edge" {
    mutate { add_field => { "[@metadata][dataset]" => "$borda" } }
  } else {
    mutate { add_field => { "[@metadata][dataset]" => "$servicos" } }
  }
}

output {
  elasticsearch {
    hosts => ["$${FISCALXML_LOGS_ES_URL}"]
    user => "$${FISCALXML_LOGS_ES_USER}"
    password => "$${FISCALXML_LOGS_ES_PASSWORD}"
    # By name, as each event says: `data_stream => true` would add fields of its own.
    data_stream => false
    action => "create"
    index => "logs-%{[@metadata][dataset]}-default"
    document_id => "%{[@metadata][id]}"
    manage_template => false
    ilm_enabled => false
  }
}
"""
