"""What happened, as it was told, and to whom."""
