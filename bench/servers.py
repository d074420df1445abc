"""Real servers in processes of their own, and the processor time that they used."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
SECONDS_TO_START = 30.0


class NotServingError(Exception):
    """A server ended, or did not answer in time; the message holds what it said."""


@dataclass
class Server:
    """A server that this run started, with its process group; nothing else is ever signalled."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path
    started_in: float

    def cpu_seconds(self) -> float:
        """User and system time of the process and all that descend from it, since they began."""
        return sum(cpu_of(pid) for pid in descendants(self.process.pid))

    def kill(self) -> None:
        """At once and without warning, as a power cut would; waits until the processes are gone."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)

    def stop(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)  # a worker whose parent ended first


def start(arguments: Sequence[str], settings: Mapping[str, str], log: Path, *, port: int | None = None) -> Server:
    """Start `python ARGUMENTS` in a process group of its own and wait until it answers. Raises NotServingError."""
    port = port or free_port()
    environment = {name: text for name, text in os.environ.items() if not name.startswith("SEGMENTAL_")}
    environment.update(settings, PORT=str(port), PYTHONUNBUFFERED="1")
    began = time.perf_counter()
    with log.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    server = Server(process, port, log, 0.0)
    while not answers(port):
        if process.poll() is not None or time.perf_counter() - began > SECONDS_TO_START:
            server.kill()
            raise NotServingError(log.read_text()[-2000:])
        time.sleep(0.005)
    server.started_in = time.perf_counter() - began
    return server


@contextlib.contextmanager
def serving(arguments: Sequence[str], settings: Mapping[str, str], log: Path) -> Iterator[Server]:
    server = start(arguments, settings, log)
    try:
        yield server
    finally:
        server.stop()


def answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def descendants(pid: int) -> set[int]:
    """The process and all that descend from it."""
    parents = {child: int(fields[1]) for child, fields in stat_of_all().items()}
    found, added = {pid}, {pid}
    while added:
        added = {child for child, parent in parents.items() if parent in added} - found
        found |= added
    return found


def cpu_of(pid: int) -> float:
    """A process's user and system time; the kernel's own clock of it counts finer than the ticks in /proc."""
    with contextlib.suppress(OSError):
        return time.clock_gettime(~pid << 3 | 2)  # CLOCK of a process, see clock_getcpuclockid(3)
    fields = stat_of_all().get(pid)
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND if fields else 0.0


def stat_of_all() -> dict[int, list[str]]:
    """`/proc/<pid>/stat` of every process, from the state on: state 0, parent 1, utime 11, stime 12."""
    found = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            with contextlib.suppress(OSError):
                found[int(folder.name)] = (folder / "stat").read_text().rsplit(")", 1)[1].split()
    return found
