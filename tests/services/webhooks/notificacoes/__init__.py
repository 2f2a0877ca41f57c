"""What was told, and to whom."""
