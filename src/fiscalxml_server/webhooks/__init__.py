"""The Webhook Service: subscriptions, deliveries, and the process that delivers."""
