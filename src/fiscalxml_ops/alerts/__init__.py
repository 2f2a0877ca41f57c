"""Who is woken, when and by what: rules of Prometheus, routes of Alertmanager, their tests."""
