"""What a key is, for the services that are given one."""
