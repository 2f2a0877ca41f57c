"""What a caller who is limited to some companies sees, and what not."""
