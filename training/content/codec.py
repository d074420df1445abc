"""Documents to plain JSON values and back, exactly; for storing them and reading them quickly."""

from __future__ import annotations

import types
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from functools import lru_cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from training.content.documents import (
    Calibration,
    Case,
    Competency,
    Course,
    Document,
    Exam,
    Framework,
    ItemKind,
    Lesson,
    Quiz,
    Station,
)

KINDS: dict[str, type[Document]] = {
    "course": Course, "lesson": Lesson, "quiz": Quiz, "case": Case, "framework": Framework, "exam": Exam,
    "station": Station, "calibration": Calibration,
}  # fmt: skip
_TYPE = "type"

Coder = Callable[[Any], Any]


def to_json(document: Document) -> dict[str, Any]:
    """A document as dicts, lists, text, numbers and None; `json.dumps` takes it as it is."""
    encoded: dict[str, Any] = _encode(document)
    return encoded


def from_json(kind: ItemKind, data: dict[str, Any]) -> Document:
    """The document that to_json took apart.

    A key that is missing takes the field's default, so that older records stay readable; unknown keys are passed over.
    Raises ValueError for a kind without documents or for data of another shape.
    """
    if kind not in KINDS:
        raise ValueError(f"no document of kind {kind!r}")
    wanted: Any = KINDS[kind]
    try:
        document: Document = _decoder(wanted)(data)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not a {kind} as it was stored: {error!r}") from error
    return document


def _encode(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_encode(one) for one in value]
    if is_dataclass(value) and not isinstance(value, type):
        coded = {name: _encode(getattr(value, name)) for name in _names(type(value))}
        if type(value) in _alternatives():
            coded[_TYPE] = type(value).__name__
        return coded
    return value


@lru_cache(maxsize=64)
def _names(cls: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(cls))


@lru_cache(maxsize=1)
def _alternatives() -> frozenset[type[Any]]:
    """The classes that stand in one field beside others, so that their name must be stored."""
    mixed = (get_type_hints(Lesson)["parts"], get_type_hints(Competency)["rule"])
    return frozenset(one for field in mixed for one in get_args(get_args(field)[0]))


@lru_cache(maxsize=128)
def _decoder(hint: Any) -> Coder:
    """A function from JSON values to the hinted type, built once for each type."""
    origin, args = get_origin(hint), get_args(hint)
    if is_dataclass(hint) and isinstance(hint, type):
        return _dataclass_decoder(hint)
    if origin is tuple:
        inner = _decoder(args[0])
        return tuple if inner is _same else lambda value: tuple([inner(one) for one in value])
    if origin in (Union, types.UnionType):
        classes = {one.__name__: _decoder(one) for one in args if is_dataclass(one) and isinstance(one, type)}
        if len(classes) == 1 and type(None) in args:
            (only,) = classes.values()
            return lambda value: None if value is None else only(value)
        if classes:
            return lambda value: classes[value[_TYPE]](value)
        return _same
    if origin is Literal or hint in (str, int, bool):
        return _same
    if hint is float:
        return float
    raise TypeError(f"no way to decode {hint!r}")


def _same(value: Any) -> Any:
    return value


def _dataclass_decoder(cls: type[Any]) -> Coder:
    hints = get_type_hints(cls)
    plain = [field.name for field in fields(cls) if _decoder(hints[field.name]) is _same]
    others = [(field.name, _decoder(hints[field.name])) for field in fields(cls) if field.name not in plain]
    needed = {field.name for field in fields(cls) if field.default is MISSING and field.default_factory is MISSING}

    def decode(value: Any) -> Any:
        arguments = {name: value[name] for name in plain if name in value}
        for name, coder in others:
            if name in value:
                arguments[name] = coder(value[name])
        if missing := needed - arguments.keys():
            raise KeyError(f"{cls.__name__} without {', '.join(sorted(missing))}")
        return cls(**arguments)

    return decode
