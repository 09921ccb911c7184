#!/usr/bin/python3 -B
"""The memory of a credential server, with many clients and after them."""

import os
import re
import socket
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))), 'e2e'))

from harness import Skipped, need, run_cases  # noqa: E402
from quick import is_sanitized  # noqa: E402
from servers import TOKEN, URI, Served, keys_of, until  # noqa: E402

MOST = 8 * 1024  # KiB that are resident, of libraries too
CLIENTS = 1000


def clients(served):
    """Open connections: silent, amid a request, and with answers unread."""
    port = int(re.search(r':(\d+)', served.env[URI])[1])
    whole = (b'GET /testing HTTP/1.1\r\nHost: 127.0.0.1\r\n'
             b'Authorization: %s\r\n\r\n' % served.env[TOKEN].encode())
    sent = (b'', whole[:15], whole * 5)
    socks = []
    for i in range(CLIENTS):
        socks.append(socket.create_connection(('127.0.0.1', port), timeout=5))
        socks[-1].sendall(sent[i % 3])
    return socks


def case_a_thousand_clients(box):
    if is_sanitized():
        raise Skipped('a sanitizer has memory of its own')
    box.warm()
    with Served(box, '--server', 'testing') as served:
        keys_of(served.get())
        first = served.resident()
        socks = clients(served)
        for _ in range(20):
            keys_of(served.get())
            time.sleep(0.02)
        most = served.resident()
        for sock in socks:
            sock.close()
        last = until(lambda: (lambda kib: kib if kib < first + 512 else 0)(
            served.resident()), 'the end of the clients')
        print('  %d KiB, with %d clients %d KiB, afterwards %d KiB' % (
            first, CLIENTS, most, last))
        need(most <= MOST, '%d KiB' % most)


run_cases(globals())
