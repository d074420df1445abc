"""Interleaved rounds: each thing a little, again and again, so that a busy machine is unfair to all alike."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from bench.client import Client
from bench.servers import Server

CONNECTIONS = 2

Work = Callable[[Client, int], float]


@dataclass
class Task:
    """One kind of request. `work` sends the request of a number and returns its seconds, or raises.

    `clients` are signed in already, one for each connection. `count` requests make a round.
    """

    name: str
    server: Server
    clients: Sequence[Client]
    work: Work
    count: int
    cpu_ms: list[float] = field(default_factory=list)
    per_second: list[float] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)
    done: int = 0

    def run(self) -> None:
        numbers = range(self.done, self.done + self.count)
        cpu, began = self.server.cpu_seconds(), time.perf_counter()
        with ThreadPoolExecutor(len(self.clients)) as pool:
            shares = [
                pool.submit(self.share, client, numbers[start :: len(self.clients)])
                for start, client in enumerate(self.clients)
            ]
            seconds = [each for share in shares for each in share.result()]
        took = time.perf_counter() - began
        self.cpu_ms.append((self.server.cpu_seconds() - cpu) / self.count * 1000)
        self.per_second.append(self.count / took)
        self.latencies += seconds
        self.done += self.count

    def share(self, client: Client, numbers: Sequence[int]) -> list[float]:
        return [self.work(client, number) for number in numbers]

    @property
    def median_cpu_ms(self) -> float:
        return statistics.median(self.cpu_ms)

    @property
    def median_per_second(self) -> float:
        return statistics.median(self.per_second)

    @property
    def p95_ms(self) -> float:
        return statistics.quantiles(self.latencies, n=20)[-1] * 1000

    def ratio_to(self, other: Task) -> float:
        """How many times the other's processor time it takes: the median over the rounds, each beside its own."""
        pairs = zip(self.cpu_ms, other.cpu_ms, strict=True)
        return statistics.median(mine / max(theirs, 1e-9) for mine, theirs in pairs)


class FailedError(Exception):
    """A request was not answered as it must be."""


def page(address: str, must_hold: str) -> Work:
    """GET an address; the page must hold a text, so that an error page is not measured by mistake."""

    def work(client: Client, _number: int) -> float:
        answer = client.get(address)
        if answer.status != 200 or must_hold not in answer.body:
            raise FailedError(f"{address}: {answer.status}, {answer.body[:300]!r}")
        return answer.seconds

    return work


def run(tasks: Sequence[Task], *, rounds: int, seconds: float) -> int:
    """Rounds, after one that is thrown away; ends early rather than take longer. Returns how many counted."""
    ends = time.perf_counter() + seconds
    for task in tasks:
        task.run()
        task.cpu_ms.clear()
        task.per_second.clear()
        task.latencies.clear()
    for number in range(rounds):
        if number and time.perf_counter() > ends:
            return number
        for task in tasks:
            task.run()
    return rounds
