"""Addresses of our own files, named by their content so that a browser may keep them for ever."""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Flask, Response, request, url_for


def init_app(app: Flask) -> None:
    versions: dict[str, str] = {}
    folder = Path(app.static_folder or "")
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            versions[path.relative_to(folder).as_posix()] = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
    addresses: dict[str, str] = {}

    @app.template_global()
    def asset(name: str) -> str:
        """The address of a file below static/; an unknown name is an error, not a dead link."""
        if name not in addresses:
            addresses[name] = url_for("static", filename=name, v=versions[name])
        return addresses[name]

    @app.after_request
    def keep(response: Response) -> Response:
        if request.endpoint == "static" and "v" in request.args:
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response
