"""What an access key says."""
