"""What another service has people of an organisation told by e-mail."""
