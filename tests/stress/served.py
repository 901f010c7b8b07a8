"""The team's server of a home with one page that says little: for trials of the server itself.

    python tests/stress/served.py HOME HOST PORT [--make-cert NAME | --proxy ADDRESS]

Server, certificate, limits and probes are the real ones; what the pages do is tried elsewhere.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from flask import Flask, abort, request

from parkdraft import Home
from parkdraft.config.settings import Server
from parkdraft.web import serving
from parkdraft.web.appstate import AppState
from parkdraft.web.public import Public


def pages(open_home: Callable[[], Home], server: Server, public: Public) -> Flask:
    """One page: from where somebody comes, by which address, and how much was sent."""
    app = Flask(__name__)
    app.extensions["parkdraft"] = AppState(open_home)

    @app.route("/", methods=["GET", "POST"])
    def page() -> str:
        if not public.allows(request.host):
            abort(403)
        return f"{request.remote_addr} {request.host_url} {len(request.get_data())}"

    return app


def main(args: Sequence[str]) -> None:
    """Serve until somebody stops it; the address on stdout."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("home", type=Path)
    parser.add_argument("host", nargs="?")
    parser.add_argument("port", type=int)
    parser.add_argument("--make-cert")
    parser.add_argument("--proxy", action="append", default=[])
    asked = parser.parse_args(args)
    serving.write_logs()
    serving.serve(
        lambda: Home.open(asked.home),
        Server(asked.host, asked.port, proxy=tuple(asked.proxy)),
        asked.make_cert,
        pages,
        lambda address, _: print(address, flush=True),
    )


if __name__ == "__main__":
    main(sys.argv[1:])
