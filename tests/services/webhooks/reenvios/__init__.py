"""What is delivered again."""
