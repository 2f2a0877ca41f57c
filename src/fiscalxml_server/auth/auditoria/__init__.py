"""The audit log: read, exported, attested by signed checkpoints, verified."""
