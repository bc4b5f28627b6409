"""Whether the pages answer: asked as a page would ask, through the door, the accepting thread and the pool of threads.

The heartbeat to control depends on it. A thread of its own that only lives would go on beating for a server that has
long stopped answering.
"""

from __future__ import annotations

import http.client

PATH = "/alive"
WITHIN_S = 0.8


class Answering:
    """Asks the server at this address, on one kept connection. For one thread."""

    def __init__(self, host: str, port: int) -> None:
        self._connection = http.client.HTTPConnection(host, port, timeout=WITHIN_S)

    def ask(self) -> bool:
        """Whether an answer came within `WITHIN_S`. Never raises."""
        try:
            self._connection.request("GET", PATH)
            response = self._connection.getresponse()
            response.read()
        except (OSError, http.client.HTTPException):
            self._connection.close()
            return False
        return response.status == http.client.NO_CONTENT
