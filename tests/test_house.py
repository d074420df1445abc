"""The rules of the house (design section 3): where imports point, what each part may know, that files stay small."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask

from training.config import ROOT

PACKAGE = ROOT / "training"
SLICES = ("accounts", "library", "assessment", "study", "competency", "credentials", "clinics", "home")
PURE = ("anatomy", "measurement", "content")
MOST_LINES = {"training": 450, "bench": 450, "migrations": 450, "tests": 600}
NO_PAGES = {"export.py", "drawing.py"}  # a file for a spreadsheet, a drawing

# What a part may import of ours, besides itself. A slice may also use the `service` of the slices to its left.
PLUMBING = {"db", "web", "journal", "outbox"}
MAY_IMPORT: dict[str, set[str]] = {
    "anatomy": set(),
    "measurement": set(),
    "content": {"anatomy"},
    "db": set(),
    "web": {"config", "db"},
    "journal": {"db"},
    "outbox": {"db", "journal"},
    "config": set(),
    **{name: {*PURE, *PLUMBING} for name in SLICES},
    "demo": {*PURE, *PLUMBING, *SLICES, "config"},
    "cli": {*PURE, *PLUMBING, *SLICES, "config", "demo"},
    "factory": {*PURE, *PLUMBING, *SLICES, "config", "cli"},
}
FLASK = (
    "flask",
    "flask_babel",
    "flask_login",
    "flask_wtf",
    "flask_limiter",
    "flask_sqlalchemy_lite",
    "werkzeug",
    "jinja2",
)
BABEL = ("babel", "flask_babel")
DATABASES = ("sqlalchemy", "alembic", "psycopg", "flask_sqlalchemy_lite")


@dataclass(frozen=True)
class Import:
    """One import statement. `module` is what is imported, `name` one of the names from it, or empty."""

    path: Path
    line: int
    module: str
    name: str

    @property
    def part(self) -> str:
        """The part of training/ that imports: a package or a module directly below it."""
        return self.path.relative_to(PACKAGE).parts[0].removesuffix(".py")

    @property
    def file(self) -> str:
        return self.path.stem

    def __str__(self) -> str:
        return f"{self.path.relative_to(ROOT)}:{self.line}: {self.module} {self.name}".rstrip()


def files() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def imports() -> Iterator[Import]:
    for path in files():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield Import(path, node.lineno, alias.name, "")
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{path}:{node.lineno}: write the whole name of the module"
                for alias in node.names:
                    yield Import(path, node.lineno, node.module or "", alias.name)


ALL = list(imports())


def ours() -> Iterator[tuple[Import, str, str]]:
    """Imports of our own with the part that is imported and the module within it, or an empty text."""
    for one in ALL:
        pieces = [*one.module.split("."), one.name]
        if pieces[0] == "training" and len(pieces) > 1 and pieces[1]:
            part = pieces[1]
            within = pieces[2] if len(pieces) > 2 else ""
            is_module = (PACKAGE / part / f"{within}.py").exists()
            yield one, part, within if is_module else ""


def knows(one: Import, names: tuple[str, ...]) -> bool:
    return one.module.split(".")[0] in names


def test_every_part_has_its_place() -> None:
    found = {path.relative_to(PACKAGE).parts[0].removesuffix(".py") for path in files()} - {"__init__"}
    assert found <= set(MAY_IMPORT)


def test_imports_point_one_way() -> None:
    wrong = [
        str(one)
        for one, part, _ in ours()
        if part != one.part and part not in MAY_IMPORT[one.part] and not (one.part in SLICES and part in SLICES)
    ]
    assert wrong == []


def test_a_slice_uses_the_services_of_those_to_its_left_and_nothing_else_of_them() -> None:
    wrong = [
        str(one)
        for one, part, within in ours()
        if one.part in SLICES and part in SLICES and part != one.part
        if SLICES.index(part) > SLICES.index(one.part) or within != "service"
    ]
    assert wrong == []


def test_demonstration_and_commands_go_through_services() -> None:
    allowed = {"service", "invitations"}
    wrong = [
        str(one)
        for one, part, within in ours()
        if one.part in ("demo", "cli") and part in SLICES and within not in allowed
        if f"{one.module}.{one.name}".split(".")[-1] != "service"  # of a package within the slice
    ]
    assert wrong == []


def test_rules_know_no_web_no_words_and_no_database() -> None:
    unknown = (*FLASK, *BABEL, *DATABASES)
    assert [str(one) for one in ALL if one.part in PURE and knows(one, unknown)] == []


def sees_requests(one: Import) -> bool:
    """A slice's views, its forms, and the few modules that make for a view what is no page."""
    return one.part in SLICES and (one.file.endswith("routes") or one.file == "forms" or one.path.name in NO_PAGES)


def test_flask_is_known_where_requests_are() -> None:
    """In web, factory, cli and db, and of a slice where it sees requests."""
    wrong = [
        str(one)
        for one in ALL
        if knows(one, FLASK) and one.part not in ("web", "factory", "cli", "db") and not sees_requests(one)
    ]
    assert wrong == []


def test_the_database_is_known_where_rows_are() -> None:
    """Views and forms ask a service; they may name the errors that a service lets through, nothing else."""
    wrong = [
        str(one)
        for one in ALL
        if knows(one, DATABASES)
        and one.part in (*SLICES, "web", "config", "factory")
        and (one.part not in SLICES or sees_requests(one))
        and one.module != "sqlalchemy.exc"
    ]
    assert wrong == []


def test_no_rule_asks_for_the_time_by_itself() -> None:
    """Time comes from views and commands, so that a test can give it."""
    clocks = {"now", "today", "utcnow", "time"}
    found = []
    for path in files():
        part = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        if (part not in SLICES or path.stem.endswith("routes")) and part not in PURE and part != "journal":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in clocks:
                of = ast.unparse(node.func.value)
                if of in ("datetime", "date", "datetime.datetime", "time"):
                    found.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert found == []


def test_only_one_place_commits() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in files()
        if path.relative_to(PACKAGE).as_posix() not in ("db/session.py", "db/migrate.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
    ]
    assert found == []


@pytest.mark.parametrize("folder", MOST_LINES)
def test_every_file_is_small(folder: str) -> None:
    generated = {"0001_first_tables.py"}
    long = {
        path.relative_to(ROOT).as_posix(): lines
        for path in (ROOT / folder).rglob("*.py")
        if path.name not in generated and (lines := path.read_text().count("\n")) > MOST_LINES[folder]
    }
    assert long == {}


def test_every_module_that_holds_rules_says_what_it_is() -> None:
    silent = [
        path.relative_to(ROOT).as_posix()
        for path in files()
        if path.stem not in ("models", "forms", "routes") and not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert silent == []


# --- templates -------------------------------------------------------------------------------------------------


def templates() -> list[Path]:
    return sorted((ROOT / "templates").rglob("*.html"))


def test_every_template_parses(app: Flask) -> None:
    for path in templates():
        app.jinja_env.get_template(path.relative_to(ROOT / "templates").as_posix())


def test_every_page_has_a_title_and_a_main_part() -> None:
    pages = [path for path in templates() if '{% extends "base.html" %}' in path.read_text()]
    assert pages
    lacking = [
        path.name
        for path in pages
        if "{% block title %}" not in path.read_text() or "{% block main %}" not in path.read_text()
    ]
    assert lacking == []


def test_every_address_in_a_template_is_one_of_ours(app: Flask) -> None:
    import re

    names = {rule.endpoint for rule in app.url_map.iter_rules()}
    asked = {
        (path.name, name)
        for path in templates()
        for name in re.findall(r"""url_for\(\s*["']([\w.]+)["']""", path.read_text())
    }
    assert {(page, name) for page, name in asked if name not in names} == set()


def test_every_file_that_a_template_names_is_there(app: Flask) -> None:
    import re

    asked = {
        (path.name, name)
        for path in templates()
        for name in re.findall(r"""asset\(["']([^"']+)["']\)""", path.read_text())
    }
    assert {(page, name) for page, name in asked if not (ROOT / "static" / name).exists()} == set()


def test_no_file_of_ours_is_served_that_no_page_names() -> None:
    text = "\n".join(
        path.read_text() for path in (*templates(), *(ROOT / "static").rglob("*.js"), *(ROOT / "static").rglob("*.css"))
    )
    unused = [
        path.relative_to(ROOT / "static").as_posix()
        for path in (ROOT / "static").rglob("*")
        if path.is_file() and path.name not in text
    ]
    assert unused == []
