"""What every service stands on and no domain knows: settings, database, objects, telemetry."""
