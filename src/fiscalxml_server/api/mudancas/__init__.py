"""What has changed since a caller last asked."""
