"""From blue to green under load."""
