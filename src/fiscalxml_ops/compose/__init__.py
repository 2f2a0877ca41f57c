"""What `compose.yaml` needs beside itself: its secrets, and the roles of its PostgreSQL."""
