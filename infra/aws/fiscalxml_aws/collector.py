"""The collector beside each role: metrics to Amazon's Prometheus, traces to X-Ray.

It asks the role inside the task, so nothing listens outside and no target has to be found. `job` is
the role and `instance` the task, as rules and dashboards expect (decision 30).
"""

from __future__ import annotations

import json
from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from constructs import Construct

from .kit import Kit
from .permits import ANY_RESOURCE
from .preparing import limited
from .reasons import accept
from .roles import COLLECTOR_MIB, TMP

_SCRAPE: Final = "15s"
"""as ops/prometheus/prometheus.yml"""
_TASK: Final = "aws.ecs.task.arn"


def configuration(job: str, port: int, remote_write: str, region: str) -> str:
    """For AOT_CONFIG_CONTENT: JSON is YAML."""
    scraping = {
        "job_name": job,
        "scrape_interval": _SCRAPE,
        "scrape_timeout": "10s",
        "sample_limit": 50000,
        "label_limit": 12,
        "label_value_length_limit": 200,
        "static_configs": [{"targets": [f"127.0.0.1:{port}"]}],
    }
    pipelines = {
        "metrics": {
            "receivers": ["prometheus"],
            "processors": ["memory_limiter", "resourcedetection", "resource", "batch"],
            "exporters": ["prometheusremotewrite"],
        },
        "traces": {
            "receivers": ["otlp"],
            "processors": ["memory_limiter", "batch"],
            "exporters": ["awsxray"],
        },
    }
    return json.dumps(
        {
            "extensions": {
                "sigv4auth": {"region": region, "service": "aps"},
                "health_check": {"endpoint": "127.0.0.1:13133"},
            },
            "receivers": {
                "prometheus": {"config": {"scrape_configs": [scraping]}},
                "otlp": {"protocols": {"http": {"endpoint": "127.0.0.1:4318"}}},
            },
            "processors": {
                "memory_limiter": {
                    "check_interval": "1s",
                    "limit_mib": COLLECTOR_MIB - 56,
                    "spike_limit_mib": 40,
                },
                "resourcedetection": {"detectors": ["ecs"], "timeout": "5s"},
                "resource": {
                    "attributes": [
                        {
                            "key": "service.instance.id",
                            "from_attribute": _TASK,
                            "action": "upsert",
                        }
                    ]
                },
                "batch": {"timeout": "5s"},
            },
            "exporters": {
                "prometheusremotewrite": {
                    "endpoint": remote_write,
                    "auth": {"authenticator": "sigv4auth"},
                    "target_info": {"enabled": False},
                },
                "awsxray": {"region": region},
            },
            "service": {
                "extensions": ["sigv4auth", "health_check"],
                "pipelines": pipelines,
                # Its own lines name addresses of requests nowhere; warnings are enough.
                "telemetry": {"logs": {"level": "warn"}},
            },
        }
    )


def add(
    scope: Construct,
    task: ecs.TaskDefinition,
    job: str,
    image: ecs.ContainerImage,
    logging: ecs.LogDriver,
    kit: Kit,
    *,
    port: int = 9464,
) -> None:
    """Beside `job`; a collector that dies takes no role with it, and is started again."""
    task.add_container(
        "coletor",
        image=image,
        environment={
            "AOT_CONFIG_CONTENT": configuration(job, port, kit.remote_write, kit.place.region)
        },
        essential=False,
        enable_restart_policy=True,
        restart_attempt_period=cdk.Duration.seconds(60),
        user="4317:4317",
        readonly_root_filesystem=True,
        privileged=False,
        memory_limit_mib=COLLECTOR_MIB,
        logging=logging,
        linux_parameters=limited(scope, f"Linux-{job}-coletor", {TMP: 16}),
        health_check=ecs.HealthCheck(
            command=["CMD", "/healthcheck"],
            interval=cdk.Duration.seconds(15),
            timeout=cdk.Duration.seconds(5),
            retries=4,
            start_period=cdk.Duration.seconds(30),
        ),
    )
    task.add_to_task_role_policy(
        iam.PolicyStatement(actions=["aps:RemoteWrite"], resources=[kit.metrics])
    )
    task.add_to_task_role_policy(
        iam.PolicyStatement(
            actions=[
                "xray:PutTraceSegments",
                "xray:PutTelemetryRecords",
                "xray:GetSamplingRules",
                "xray:GetSamplingTargets",
            ],
            resources=["*"],
        )
    )
    accept(task.task_role, "X-Ray's writes know no resource", ANY_RESOURCE)
