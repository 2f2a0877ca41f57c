"""The gateway's routes and policies, from one source."""
