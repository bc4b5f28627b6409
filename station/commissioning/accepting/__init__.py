"""Accepting a built station: what is measured and asked, its bounds with where they come from, and the sheet of it."""
