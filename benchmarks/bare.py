"""Flask's smallest page: what any Flask program costs to start and to keep, before it does anything."""

from flask import Flask

app = Flask(__name__)


@app.get("/")
def page() -> str:
    """One word."""
    return "bare"
