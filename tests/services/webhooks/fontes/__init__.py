"""What causes a notificação, and that each is told once."""
