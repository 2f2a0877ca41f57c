"""What operates the service: generated files, real servers that take them, drills."""
