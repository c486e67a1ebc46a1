"""A small real reverse proxy: shows a server under a path, and takes that away before it asks."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_ON_THE_WAY = ("connection", "transfer-encoding", "keep-alive", "host")


@contextmanager
def shown_under(path: str, server: str, scheme: str = "http") -> Iterator[str]:
    """The address of the proxy with the path; `server` is the address behind it.

    `scheme` is what the proxy says that it was asked by.
    """

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self):
            if not self.path.startswith(path + "/"):
                self.send_error(404)
                return
            behind = HTTPConnection(server.removeprefix("http://"), timeout=60)
            headers = {name: value for name, value in self.headers.items() if name.lower() not in _ON_THE_WAY}
            headers |= {"Host": self.headers["Host"], "X-Forwarded-Proto": scheme, "Connection": "close"}
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            behind.request(self.command, self.path.removeprefix(path), body, headers)
            response = behind.getresponse()
            self.send_response_only(response.status)
            for name, value in response.getheaders():
                if name.lower() not in _ON_THE_WAY:
                    self.send_header(name, value)
            self.send_header("Connection", "close")
            self.end_headers()
            try:
                while part := response.read1():
                    self.wfile.write(part)  # unbuffered, as for events it must be
            except (OSError, HTTPException):
                pass  # one of the two has gone
            finally:
                behind.close()
                self.close_connection = True

        do_GET = do_POST = do_DELETE = do_PATCH = do_HEAD = handle_any  # noqa: N815

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as proxy:
        proxy.daemon_threads = True
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{proxy.server_address[1]}{path}"
        proxy.shutdown()
