"""`make bench`: pages, answers and verification beside a bare page and a bare durable write, in one interleaved run.

Then what needs no server: localization, measurement, readiness and the journal.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from bench import assessment, cases, competency, localization, measurement, rounds
from bench.answering import A_ROUND, Desk, sending
from bench.bare import make_database
from bench.client import JSON, Client
from bench.report import Row, table
from bench.rounds import CONNECTIONS, Task, page
from bench.school import School, make_school, with_answers
from bench.servers import Server, serving, start
from bench.sizes import size_of

LESSON = "/courses/foundations/signs-of-neuropathy"
TRAINEES = 30
ANSWERS = 100_000
SECONDS = 45.0
KB = 1024
PARTS = ("pages", "assessment", "localization", "measurement", "competency")
REPORTS = {
    "assessment": assessment,
    "localization": localization,
    "measurement": measurement,
    "competency": competency,
}


def main() -> int:
    asked = arguments()
    began = time.perf_counter()
    failed = "pages" in asked.parts and pages(asked) != 0
    for name, part in REPORTS.items():
        if name in asked.parts:
            print(f"\n{name.capitalize()}\n")
            print(part.report())
    say(f"\n{time.perf_counter() - began:.0f} s in all")
    return int(failed)


def pages(asked: argparse.Namespace) -> int:
    """Measure the served application and print its tables; 1 when a request was not answered as it must be."""
    with tempfile.TemporaryDirectory(prefix="segmental-bench-") as name, ExitStack() as servers:
        folder = Path(name)
        say("Making the schools ...")
        school = make_school(folder / "school", trainees=TRAINEES)
        few = with_answers(school, folder / "few", 10)
        many = with_answers(school, folder / "many", asked.answers)
        make_database(str(folder / "bare.sqlite3"))
        bare_settings = {"BENCH_DATABASE": str(folder / "bare.sqlite3")}
        bare = servers.enter_context(serving(["-m", "bench.bare"], bare_settings, folder / "bare.log"))
        ours = servers.enter_context(serving(["app.py"], few.settings, folder / "few.log"))
        full = servers.enter_context(serving(["app.py"], many.settings, folder / "many.log"))
        say(f"Measuring, {asked.rounds} rounds ...")
        tasks = make_tasks(bare, ours, full, few, asked.answers, asked.rounds)
        try:
            counted = rounds.run(list(tasks.values()), rounds=asked.rounds, seconds=asked.seconds)
        except rounds.FailedError as error:
            print(f"A request was not answered as it must be: {error}\n\n{ours.log.read_text()[-3000:]}")
            return 1
        print(f"\nProcessor time of the server, {counted} interleaved rounds, medians\n")
        print(requests_table(tasks))
        print("\nBytes of a page, before compression\n")
        print(sizes_table(signed_in(ours, few), Client(ours.port), few))
        print("\nOther budgets\n")
        print(others_table(few, folder))
    return 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument(
        "--answers", type=int, default=ANSWERS, help="stored beside the many-answers page (%(default)s)"
    )
    parser.add_argument(
        "parts", nargs="*", default=list(PARTS), metavar="PART", help=f"{', '.join(PARTS)}; all of them"
    )
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="stop after the round in which they are over")
    return parser.parse_args()


def signed_in(server: Server, school: School, person: int = 0) -> Client:
    return Client(server.port, {"segmental": school.cookies[person]})


def make_tasks(
    bare: Server, ours: Server, full: Server, school: School, answers: int, most_rounds: int
) -> dict[str, Task]:
    """Everything that is measured, by a short name, in the order of a round."""
    strangers = [Client(bare.port) for _ in range(CONNECTIONS)]
    readers = [signed_in(ours, school) for _ in range(CONNECTIONS)]
    many = [signed_in(full, school) for _ in range(CONNECTIONS)]
    clinics = [Client(ours.port) for _ in range(CONNECTIONS)]
    verify = f"/verify/{school.certificate_code}"
    desk = Desk(school.cookies)
    writer = Client(ours.port)
    for person in range(len(school.cookies)):
        desk.sign_in(writer, person)
    needed = (most_rounds + 1) * A_ROUND
    if needed > len(school.sheets):
        raise SystemExit(f"{needed} answers are needed and {len(school.sheets)} can be given; ask for fewer rounds")

    def write(client: Client, number: int) -> float:
        answer = client.post("/insert", {"given": f"answer {number}"})
        if answer.status != 200:
            raise rounds.FailedError(f"insert: {answer.status}")
        return answer.seconds

    def check(client: Client, _number: int) -> float:
        answer = client.get(verify, JSON)
        if answer.status != 200 or '"state":"active"' not in answer.body.replace(" ", ""):
            raise rounds.FailedError(f"{verify}: {answer.status} {answer.body[:200]!r}")
        return answer.seconds

    signed = 'aria-label="Main"'
    return {
        "bare": Task("bare page, 3 SELECTs", bare, strangers, page("/page/7", "Person 7"), 200),
        "lesson": Task("lesson, 10 answers stored", ours, readers, page(LESSON, signed), 100),
        "lesson-many": Task(f"lesson, {answers:,} answers stored", full, many, page(LESSON, signed), 100),
        "verify": Task("/verify/<code>, page", ours, clinics, page(verify, "is certified until"), 100),
        "verify-json": Task("/verify/<code>, JSON", ours, clinics, check, 100),
        "insert": Task("bare durable INSERT", bare, strangers, write, 100),
        "answer": Task("answer, saved and replied", ours, [writer], sending(desk, iter(school.sheets)), A_ROUND),
    }


def requests_table(tasks: dict[str, Task]) -> str:
    targets = {
        "lesson": ("bare", 4.0),
        "lesson-many": ("bare", 4.0),
        "verify": ("bare", 2.0),
        "verify-json": ("bare", 2.0),
        "answer": ("insert", 3.0),
    }
    rows = []
    for key, task in tasks.items():
        figures = (f"{task.median_cpu_ms:.2f}", f"{task.median_per_second:.0f}", f"{task.p95_ms:.1f}")
        if key in targets:
            beside, most = targets[key]
            ratio = task.ratio_to(tasks[beside])
            rows.append(Row((task.name, *figures, f"{ratio:.1f} x", f"<= {most:.0f} x"), ratio <= most))
        else:
            rows.append(Row((task.name, *figures, "1", "")))
    stored = tasks["lesson-many"].ratio_to(tasks["lesson"])
    rows.append(Row(("  many answers beside ten", "", "", "", f"{stored:.2f} x", "<= 1.25 x"), stored <= 1.25))
    return table(("request", "cpu ms", "per s", "p95 ms", "beside bare", "target"), rows)


def sizes_table(trainee: Client, stranger: Client, school: School) -> str:
    pages = [
        (trainee, "/"),
        (trainee, "/courses"),
        (trainee, LESSON),
        (trainee, "/cases"),
        (trainee, f"/attempts/{school.sheets[0].attempt}"),
        (trainee, "/progress"),
        (stranger, "/verify"),
        (stranger, f"/verify/{school.certificate_code}"),
        (stranger, "/sign-in"),
    ]
    rows = []
    for client, address in pages:
        try:
            size = size_of(client, address)
        except LookupError as error:
            rows.append(Row((str(error), "", "", "")))
            continue
        ok = size.html <= 60 * KB and size.script <= 30 * KB and size.style <= 40 * KB
        cells = tuple(f"{count / KB:.1f} KB" for count in (size.html, size.script, size.style))
        rows.append(Row((address, *cells), ok))
    rows.append(Row(("target", "<= 60 KB", "<= 30 KB", "<= 40 KB")))
    return table(("page", "HTML", "script", "style"), rows)


def others_table(school: School, folder: Path) -> str:
    started = []
    for number in range(3):
        server = start(["app.py"], school.settings, folder / f"cold-{number}.log")
        started.append(server.started_in)
        server.stop()
    cold, checked = statistics.median(started), cases.seconds_to_check(folder / "thousand")
    rows = [
        Row(("cold start until it answers", f"{cold:.1f} s", "<= 2 s"), cold <= 2),
        Row((f"check {cases.CASES} cases", f"{checked:.1f} s", "<= 5 s"), checked <= 5),
    ]
    return table(("what", "took", "target"), rows)


def say(text: str) -> None:
    print(text, flush=True)
