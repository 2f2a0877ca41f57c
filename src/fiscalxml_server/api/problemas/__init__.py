"""What each error means."""
