"""What is made for Cloudflare: checked by its own parts, and tried with requests."""
