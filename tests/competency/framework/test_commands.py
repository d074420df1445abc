"""`flask framework` and what `flask content publish` refuses."""

from __future__ import annotations

from dataclasses import replace

from flask import Flask

from tests.competency.framework.makers import LATER, asking_another_quiz, framework_of, republish
from tests.competency.records import know_it_all, observe
from tests.makers import make_person
from training.content.documents import Framework, Library
from training.db.session import transaction


def with_one_more(framework: Framework) -> Framework:
    extra = replace(framework.competencies[0], id="moxibustion", title="Moxibustion")
    return replace(framework, version="1.9", competencies=(*framework.competencies, extra))


def test_publishing_a_file_that_drops_what_a_record_names_is_refused(app: Flask, published: Library) -> None:
    with app.app_context(), transaction() as db:
        republish(db, published, with_one_more)
        observe(db, make_person(db), make_person(db), at=LATER)
    done = app.test_cli_runner().invoke(args=["content", "publish"])
    assert done.exit_code == 1
    assert "were made under: moxibustion. Put them back" in done.output
    assert "`retired: yes`" in done.output
    assert "Nothing was published." in done.output


def test_diff_tells_what_changed_and_whom_it_affects(app: Flask, published: Library) -> None:
    runner = app.test_cli_runner()
    assert runner.invoke(args=["framework", "diff"]).exit_code == 2
    with app.app_context(), transaction() as db:
        know_it_all(db, make_person(db, name="Tilda Trainee"))
        changed = republish(db, published, asking_another_quiz)
    done = runner.invoke(args=["framework", "diff"])
    assert done.exit_code == 1
    assert "Safety: The rule changed.\n  + The quiz “quiz-of-tomorrow” passed" in done.output
    assert "Tilda Trainee: cervical supervised -> not-certified" in done.output
    assert "1 of 1 trainees affected" in done.output
    assert runner.invoke(args=["framework", "diff", changed[:12], changed[:12]]).exit_code == 0
    assert runner.invoke(args=["framework", "diff", "ffffff"]).exit_code == 2
    listed = runner.invoke(args=["framework", "versions"]).output.splitlines()
    assert [line.split()[2] for line in listed] == ["2.1", "2.0"]
    assert framework_of(published).version == "2.0"
