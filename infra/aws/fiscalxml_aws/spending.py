"""What it costs, told before the bill does: a budget a month, and what is unlike other days."""

from __future__ import annotations

import json
from typing import Final

from aws_cdk import aws_budgets as budgets
from aws_cdk import aws_ce as ce
from constructs import Construct

from .config import Deployment
from .notices import NoticesStack
from .operating import Operating
from .parts import Part

_SPENT: Final = (50, 80, 100)
"""percent of the budget, when they were spent"""
_COMING: Final = 100
"""and when they will have been by the end of the month"""
_UNUSUAL_DOLLARS: Final = 100
"""above what the days before let expect"""


class SpendingStack(Part):
    """Of the account: made in us-east-1, where AWS bills."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        deployment: Deployment,
        operating: Operating,
        notices: NoticesStack,
    ) -> None:
        super().__init__(
            scope, id_, deployment=deployment, region=deployment.primary, part="gastos"
        )
        topic = notices.topic.topic_arn
        budgets.CfnBudget(
            self,
            "Mes",
            budget=budgets.CfnBudget.BudgetDataProperty(
                budget_name=deployment.prefix,
                budget_type="COST",
                time_unit="MONTHLY",
                budget_limit=budgets.CfnBudget.SpendProperty(amount=operating.budget, unit="USD"),
            ),
            notifications_with_subscribers=[_notice("ACTUAL", percent, topic) for percent in _SPENT]
            + [_notice("FORECASTED", _COMING, topic)],
        )
        monitor = ce.CfnAnomalyMonitor(
            self,
            "Desvios",
            monitor_name=deployment.prefix,
            monitor_type="DIMENSIONAL",
            monitor_dimension="SERVICE",
        )
        ce.CfnAnomalySubscription(
            self,
            "AvisoDeDesvio",
            subscription_name=deployment.prefix,
            frequency="IMMEDIATE",
            monitor_arn_list=[monitor.attr_monitor_arn],
            subscribers=[ce.CfnAnomalySubscription.SubscriberProperty(type="SNS", address=topic)],
            threshold_expression=json.dumps(
                {
                    "Dimensions": {
                        "Key": "ANOMALY_TOTAL_IMPACT_ABSOLUTE",
                        "MatchOptions": ["GREATER_THAN_OR_EQUAL"],
                        "Values": [str(_UNUSUAL_DOLLARS)],
                    }
                }
            ),
        )


def _notice(
    kind: str, percent: int, topic: str
) -> budgets.CfnBudget.NotificationWithSubscribersProperty:
    return budgets.CfnBudget.NotificationWithSubscribersProperty(
        notification=budgets.CfnBudget.NotificationProperty(
            notification_type=kind,
            comparison_operator="GREATER_THAN",
            threshold=percent,
            threshold_type="PERCENTAGE",
        ),
        subscribers=[budgets.CfnBudget.SubscriberProperty(subscription_type="SNS", address=topic)],
    )
