"""Phones of a process of their own: `python -m benchmarks.phone_clients HOST PORT COOKIE COUNT`.

Each follows the live stream over TLS as a page does. Prints a line once all are welcome; asked by a line on its input
it prints how many messages each has had, and it ends with its input.
"""

from __future__ import annotations

import ssl
import sys
import threading
from functools import cache

import simple_websocket


@cache
def unverified() -> ssl.SSLContext:
    """Encrypted, whoever answers: what is measured is time, and the certificate may not name this address.

    Made once: to read the computer's own authorities takes longer than a handshake.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def open_stream(host: str, port: int, cookie: str) -> simple_websocket.Client:
    """The live stream, as the phone of this cookie opens it."""
    headers = {"Origin": f"https://{host}", "Cookie": cookie}  # the client says no port in Host
    return simple_websocket.Client(f"wss://{host}:{port}/live", headers=headers, ssl_context=unverified())


def main() -> None:
    """As the module says."""
    host, port, cookie, count = sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4])
    received = [0] * count

    def read(client: simple_websocket.Client, index: int) -> None:
        try:
            while client.receive() is not None:
                received[index] += 1
        except simple_websocket.ConnectionClosed:
            pass

    for index in range(count):
        client = open_stream(host, port, cookie)
        if "welcome" not in str(client.receive(timeout=30)):
            raise ConnectionRefusedError(f"phone {index} is not let in")
        threading.Thread(target=read, args=(client, index), daemon=True).start()
    sys.stdout.write("welcome\n")
    sys.stdout.flush()
    for _ in sys.stdin:
        sys.stdout.write(" ".join(map(str, received)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
