"""What was delivered, as it is told."""
