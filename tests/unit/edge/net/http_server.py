"""A server that misbehaves as its path says: for test_http_curl.c.

Usage: http_server.py FOLDER   A certificate is made in FOLDER.  The first line
of output is "PORT TLS-PORT"; the end of input ends the server.
"""

import os
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time

DATE = b"Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
seen = {}


def answer(status, body, headers=DATE):
    length = b"Content-Length: %d\r\n" % len(body)
    return b"HTTP/1.1 " + status + b"\r\n" + length + headers + b"\r\n" + body


def read_request(conn):
    data = b""
    while b"\r\n\r\n" not in data:
        more = conn.recv(65536)
        if not more:
            return None
        data += more
    head, body = data.split(b"\r\n\r\n", 1)
    length = 0
    for line in head.split(b"\r\n")[1:]:
        name, value = line.split(b":", 1)
        if name.lower() == b"content-length":
            length = int(value)
    while len(body) < length:
        body += conn.recv(65536)
    return head, body


def endless(conn):
    conn.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    for _ in range(1024):
        conn.sendall(b"x" * 4096)


def reset(conn):
    conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                    struct.pack("ii", 1, 0))


def serve(conn):
    request = read_request(conn)
    if not request:
        return
    head, body = request
    path = head.split()[1]
    seen[path] = seen.get(path, 0) + 1
    canned = {
        b"/503": answer(b"503 Busy", b"<html>busy</html>"),
        b"/redirect": answer(b"302 Found", b"", b"Location: /echo\r\n"),
        b"/garbage": b"220 smtp.example ESMTP\r\n",
        b"/cut": b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
        b"/close": b"",
        b"/no-date": answer(b"200 OK", b"x", b""),
        b"/bad-date": answer(b"200 OK", b"x", b"Date: yesterday\r\n"),
        b"/error-type": answer(b"200 OK", b"x", b"X-Amzn-ErrorType: "
                               b"Slow:http://x/\r\n"),
        b"/long-error-type": answer(b"200 OK", b"x", b"x-amzn-errortype: "
                                    + b"y" * 9000 + b"\r\n"),
        b"/continue": b"HTTP/1.1 100 Continue\r\n\r\n"
                      + answer(b"200 OK", b"x"),
        b"/empty": answer(b"200 OK", b""),
        b"/100k": answer(b"200 OK", b"y" * 100000),
        b"/headers": answer(b"200 OK", b"x", b"A: " + b"b" * 400000 + b"\r\n"),
    }
    if path == b"/long":
        endless(conn)
    elif path == b"/reset":
        reset(conn)
    elif path == b"/slow":
        time.sleep(5)
    elif path == b"/seen":
        conn.sendall(answer(b"200 OK", b"%d" % seen.get(body, 0)))
    else:
        conn.sendall(canned.get(path) or (
            b"" if path in canned else
            answer(b"200 OK", head + b"\r\n\r\n" + body)))


def handle(conn, context):
    try:
        with conn:
            conn.settimeout(20)
            if context:
                conn = context.wrap_socket(conn, server_side=True)
            serve(conn)
            conn.close()
    except OSError:
        pass  # the other side's business


def listen(context):
    sock = socket.create_server(("127.0.0.1", 0))

    def loop():
        while True:
            conn, _ = sock.accept()
            threading.Thread(target=handle, args=(conn, context),
                             daemon=True).start()

    threading.Thread(target=loop, daemon=True).start()
    return sock.getsockname()[1]


def main():
    cert = os.path.join(sys.argv[1], "cert.pem")
    key = os.path.join(sys.argv[1], "key.pem")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
         "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out", cert,
         "-days", "2", "-subj", "/CN=127.0.0.1", "-addext",
         "subjectAltName=IP:127.0.0.1"],
        check=True, stderr=subprocess.DEVNULL)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    print(listen(None), listen(context), flush=True)
    sys.stdin.read()
    os._exit(0)


main()
