"""The Desk page."""
