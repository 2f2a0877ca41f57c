"""The processes that work through jobs: Celery, the relay, the reconciler."""
