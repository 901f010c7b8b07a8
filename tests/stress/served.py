"""The team's server of a home with one page that says little: what ``connections.py`` tries.

    python tests/stress/served.py HOME PORT

Server, certificate, limits and probes are the real ones; what pages do is tried elsewhere.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from flask import Flask, request

from parkdraft import Home
from parkdraft.config.settings import Server
from parkdraft.web import serving
from parkdraft.web.appstate import AppState
from parkdraft.web.public import Public


def pages(open_home: Callable[[], Home], server: Server, public: Public) -> Flask:
    """One page, which takes what is sent to it."""
    app = Flask(__name__)
    app.extensions["parkdraft"] = AppState(open_home)

    @app.route("/", methods=["GET", "POST"])
    def page() -> str:
        return str(len(request.get_data()))

    return app


def main(home: str, port: str) -> None:
    """Serve until somebody stops it; the address on stdout."""
    serving.write_logs()
    server = Server("127.0.0.1", int(port))
    serving.serve(
        lambda: Home.open(Path(home)),
        server,
        "127.0.0.1",
        pages,
        lambda address, _: print(address, flush=True),
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
