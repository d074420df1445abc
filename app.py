"""Where Segmental starts: `python app.py` serves, `flask` runs its commands."""

from __future__ import annotations

import os
import socket
import sys

import click
from flask import Flask

from training import cli
from training.cli.demo import prepare_development
from training.config import Config, ConfigError
from training.factory import create_app as build


def create_app() -> Flask:
    """The application, from the environment.

    A command that needs neither a database nor a secret, such as `flask content check`, also runs unconfigured;
    serving does not: ConfigError says what is missing.
    """
    try:
        return build(Config.from_env(os.environ))
    except ConfigError as error:
        command = click.get_current_context(silent=True)
        if command is None:
            raise
        if command.info_name in ("run", "shell"):
            raise click.ClickException(str(error)) from error
        return cli.unconfigured(error)


def main() -> int:
    try:
        config = Config.from_env(os.environ)
    except ConfigError as error:
        print(f"Segmental cannot start: {error}", file=sys.stderr)
        return 2
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((config.host, config.port))
        except OSError as error:
            print(
                f"Port {config.port} of {config.host} cannot be used ({error.strerror}). "
                f"Stop what listens there, or choose another: PORT={config.port + 1} make run",
                file=sys.stderr,
            )
            return 2
    if not config.in_production:
        prepare_development(build(config))
    print(f"Segmental serves at http://{config.host}:{config.port}/ (stop it with Ctrl-C)", flush=True)
    serve(config)
    return 0


def serve(config: Config) -> None:
    """One thread a worker: the steadiest tail, and each keeps its database connection."""
    from granian import Granian
    from granian.constants import Interfaces

    Granian(
        "app:create_app",
        address=config.host,
        port=config.port,
        interface=Interfaces.WSGI,
        workers=config.workers,
        blocking_threads=1,
        factory=True,
        log_access=False,
        websockets=False,
        respawn_failed_workers=True,
    ).serve()


if __name__ == "__main__":
    sys.exit(main())
