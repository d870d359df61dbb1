"""What the server answers besides the page's own events."""
