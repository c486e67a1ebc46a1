"""Serves the demo portal on this machine, with the address and the key of your ParkBot put into its pages.

    python examples/portal/serve.py --parkbot http://127.0.0.1:8080 --key pk_…

Needs Python only. Every page goes out under a strict Content-Security-Policy, as a real portal's would.
"""

import argparse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

PAGES = Path(__file__).parent / "pages"
TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
POLICY = (
    "default-src 'none'; script-src 'self' {parkbot}; style-src 'self'; connect-src {parkbot}; "
    "frame-src {parkbot}; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'"
)


class Portal(ThreadingHTTPServer):
    """The portal; `parkbot` and `key` may be set until the first page is asked for."""

    daemon_threads = True

    def __init__(self, port: int, parkbot: str, key: str) -> None:
        super().__init__(("127.0.0.1", port), _Page)
        self.parkbot = parkbot.rstrip("/")
        self.key = key

    @property
    def address(self) -> str:
        """Its origin. `localhost` is another site than ParkBot's 127.0.0.1, also on one machine."""
        return f"http://localhost:{self.server_address[1]}"


class _Page(BaseHTTPRequestHandler):
    server: Portal

    def do_GET(self) -> None:
        name = self.path.partition("?")[0].strip("/") or "index.html"
        file = PAGES / name
        if "/" in name or file.suffix not in TYPES or not file.is_file():
            self.send_error(404)
            return
        text = file.read_text(encoding="utf-8")
        body = text.replace("https://parkbot.example", self.server.parkbot).replace("pk_…", self.server.key)
        self.send_response(200)
        self.send_header("Content-Type", f"{TYPES[file.suffix]}; charset=utf-8")
        self.send_header("Content-Security-Policy", POLICY.format(parkbot=self.server.parkbot))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        """Nothing: the portal's address is all that is said."""


def main() -> None:
    """Serve until it is interrupted."""
    parser = argparse.ArgumentParser(description="Serves the demo portal.")
    parser.add_argument("--parkbot", default="http://127.0.0.1:8080", help="where ParkBot listens")
    parser.add_argument("--key", required=True, help="a publishable key for this portal's origin (pk_…)")
    parser.add_argument("--port", type=int, default=9000)
    chosen = parser.parse_args()
    with Portal(chosen.port, chosen.parkbot, chosen.key) as portal:
        print(f"The portal is at {portal.address}", flush=True)
        try:
            portal.serve_forever()
        except KeyboardInterrupt:
            pass


if __name__ == "__main__":
    main()
