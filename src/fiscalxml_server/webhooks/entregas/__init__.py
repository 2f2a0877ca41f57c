"""Deliveries: what was told to a subscription, each attempt, and how it fares."""
