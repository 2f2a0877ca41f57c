"""The Webhook Service."""
