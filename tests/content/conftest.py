"""Makers of a small, sound library on disk, for tests to spoil in one place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from training.content.documents import Library, Problem
from training.content.reader import read_library

REFERENCES = """\
GUNN80:
  citation: "Gunn CC, Milbrandt WE. Dry needling. Spine 1980;5:279"
  doi: 10.1000/x
  seen: abstract seen
ATLAS:
  citation: "An atlas of anatomy"
"""

COURSE = """\
---
id: foundations
title: Foundations
order: 1
prerequisites: []
modules:
  - id: signs
    title: The signs
    lessons: [look-first, feel-next]
    quiz: quiz-signs
---
What this course is for.
"""

LESSON_1 = """\
---
id: look-first
title: Look first
minutes: 5
objectives:
  - Name one sign
references: [ATLAS]
---
## Look

Muscles shorten. {{ claim: model, GUNN80 }} Go on to [the next lesson](02-feel-next.md).

![A column of thirty bones](figures/spine.svg "The spine")

{{ check: quiz-signs#which-level }}

## Then ask

| Sign | Seen |
|---|---|
| cool skin | often |
"""

LESSON_2 = """\
---
id: feel-next
title: Feel next
minutes: 7
objectives: [Roll the skin]
---
## Feel

!!! note "Try it"
    Roll the skin.

Trophoedema
:   Firm swelling.
"""

QUIZ = """\
---
id: quiz-signs
title: "Check yourself: the signs"
course: foundations
pass_mark: 0.75
draw: 3
---
## Question: choice {#which-level}
competencies: [planning]
safety: yes

Which level first?

- [x] Multifidus at C5–C6
  > The posterior ramus of the same segment.
- [ ] Multifidus at T4
  > T4 supplies no short muscle here.

## Question: choices {#which-signs}

Which are trophic?

- [x] Trophoedema
  > Yes.
- [ ] Weakness
  > A motor sign.

## Question: segment {#which-segment}
answer: [C7, c6]
side: right
difficulty: 4

Which segment?

> The triceps decides.

## Question: order {#in-order}

Put in order.

1. Look
2. Feel
3. Move

> Looking disturbs nothing.

## Question: number {#how-many}
answer: 30
tolerance: 0.5
unit: segments

How many?

> 8 + 12 + 5 + 5.
"""

CASE = """\
---
id: elbow
title: Elbow pain
region: cervical
answer: C6
side: right
red_flags: []
bank: practice
difficulty: 2
competencies: [dx-cervical]
origin: invented
references: [GUNN80]
---
## History

A climber. {{ claim: contested, ATLAS }}

## Examination

| Structure | Finding | Side |
|---|---|---|
| extensor carpi radialis brevis | shortened, very tender | right |
| brachioradialis reflex | reduced | right |
| thumb (skin) | trophoedema | right |
| triceps reflex | normal | both |

## Question: segment
Which segment best explains these findings?

> The normal triceps reflex speaks against C7.

## Explanation

Shortening, skin and reflex agree.
"""

TEMPLATE = """\
---
id: scaffold-ladder
title: Pain that stays on the ladder
region: cervical
answers: [C5, C6, c7, C8]
bank: sign-off
difficulty: [2, 4]
ages: [28, 61]
variants: 3
---
## History

A {age}-year-old scaffolder has had pain {place} for five months. It came on after a week of
passing boards overhead, and it has not left since; the {other_side} side has never hurt.
Long days on the ladder make it worse.

Rest over the holidays helped for a while, massage of the {side} shoulder for a day. He sleeps
well, has lost no weight, has no fever and no trouble with walking, bladder or bowel, and
no numbness. He takes no medicines and has never been seriously ill.
"""

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 200"><rect width="3" height="4"/></svg>'

FILES = {
    "courses/references.yaml": REFERENCES,
    "courses/foundations/course.md": COURSE,
    "courses/foundations/01-look-first.md": LESSON_1,
    "courses/foundations/02-feel-next.md": LESSON_2,
    "courses/foundations/figures/spine.svg": SVG,
    "quizzes/quiz-signs.md": QUIZ,
    "cases/cervical/elbow.md": CASE,
    "cases/templates/cervical/scaffold-ladder.md": TEMPLATE,
}

Write = Callable[[str, str | bytes], Path]
Spoil = Callable[[str, str, str], list[Problem]]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A content root without a fault."""
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


@pytest.fixture
def write(root: Path) -> Write:
    """Write one file below the root."""

    def write_file(name: str, text: str | bytes) -> Path:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write_file


@pytest.fixture
def spoil(root: Path, write: Write) -> Spoil:
    """Replace a piece of a sound file and give the problems that follow."""

    def spoil_file(name: str, old: str, new: str) -> list[Problem]:
        text = FILES[name]
        assert old in text, f"{old!r} is not in {name}"
        write(name, text.replace(old, new, 1))
        return list(read_library(root).problems)

    return spoil_file


@pytest.fixture
def library(root: Path) -> Library:
    return read_library(root)
