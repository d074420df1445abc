"""Front matter: YAML with the line of every key, checked against a model, each fault in plain words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar, cast

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, ValidationError
from pydantic_core import ErrorDetails

from training.content.faults import Faults, did_you_mean, quoted
from training.content.source import Source

_LOADER = cast("type[yaml.SafeLoader]", getattr(yaml, "CSafeLoader", yaml.SafeLoader))
_DEEPEST = 12
_MOST_NODES = 5_000
_LARGEST_NUMBER = 40  # characters; longer ones are slips or attacks, and slow to convert

Place = tuple[str | int, ...]
Model = TypeVar("Model", bound="Keys")


class Keys(BaseModel):
    """The keys of a piece of front matter; others are refused, and nothing is converted silently."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False, str_strip_whitespace=True)


def _one_line(text: str) -> str:
    if "\n" in text:
        raise ValueError("must be one line")
    return text


Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
"""An id: lower-case letters, digits and hyphens, at most 64 characters."""
Text = Annotated[str, StringConstraints(min_length=1, max_length=300), AfterValidator(_one_line)]
"""A line of text that may not be empty."""


@dataclass(frozen=True)
class Mapped:
    """A YAML mapping with the line of each key and list item, by its place (`("modules", 0, "title")`)."""

    values: dict[str, Any]
    lines: Mapping[Place, int]
    first_line: int

    def line(self, *place: str | int) -> int:
        """The line of the place, or of the nearest thing around it."""
        while place:
            if place in self.lines:
                return self.lines[place]
            place = place[:-1]
        return self.first_line


@dataclass(frozen=True)
class FrontMatter:
    """What stands between the two lines `---`, and the body after it with the number of its first line.

    readable: False where the YAML is broken; then no key is known, but the body can still be looked through.
    """

    mapped: Mapped
    body: list[str]
    body_line: int
    readable: bool = True


def split_front_matter(source: Source, faults: Faults) -> FrontMatter | None:
    """Cut a file in two; None, with a problem, when it has no readable front matter."""
    lines = source.lines
    raw = source.text.split("\n")
    if lines[0].rstrip() != "---":
        faults.add(1, "there is no front matter", "begin the file with a line --- and the keys, ended by a line ---")
        return None
    end = next((number for number, line in enumerate(lines[1:], start=1) if line.rstrip() == "---"), None)
    if end is None:
        faults.add(1, "the front matter has no end", "close it with a line ---")
        return None
    mapped = read_mapping("\n".join(raw[1:end]), 2, faults)
    return FrontMatter(mapped or Mapped({}, {}, 1), lines[end + 1 :], end + 2, readable=mapped is not None)


def read_mapping(text: str, first_line: int, faults: Faults) -> Mapped | None:
    """Read YAML that must be a mapping; None, with every problem found, when it is not. Never raises."""
    root = _compose(text, first_line, faults)
    if root is None:
        return None
    loader, node = root
    if not isinstance(node, yaml.MappingNode):
        faults.add(_line(node, first_line), "there are no keys here", "write one `key: value` a line")
        return None
    values: dict[str, Any] = {}
    lines: dict[Place, int] = {}
    sound = _walk(node, (), first_line, lines, faults)
    for key_node, value_node in node.value:
        line = _line(key_node, first_line)
        try:
            value = loader.construct_object(value_node, deep=True)
        except (yaml.YAMLError, ValueError, OverflowError, RecursionError, TypeError) as error:
            faults.add(line, f"{quoted(key_node.value)} has a value that cannot be read", _why(error))
            sound = False
            continue
        values[str(key_node.value)] = value
    return Mapped(values, lines, first_line) if sound else None


def _compose(text: str, first_line: int, faults: Faults) -> tuple[yaml.SafeLoader, yaml.Node] | None:
    try:
        loader = _LOADER(text)
        node = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = first_line + (mark.line if mark else 0)
        hint = "use spaces, not tabs" if "\t" in text else "put a text that holds : # [ { or quotes in quotes"
        faults.add(line, f"the YAML cannot be read ({error.problem or 'it is broken'})", hint)
        return None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        faults.add(first_line, "the YAML cannot be read", _why(error))
        return None
    if node is None:
        faults.add(first_line, "the front matter is empty", "write one `key: value` a line")
        return None
    return loader, node


def _why(error: Exception) -> str:
    words = str(getattr(error, "problem", None) or error)
    return f"write it another way ({words[:80]})"


def _line(node: yaml.Node, first_line: int) -> int:
    return first_line + int(node.start_mark.line)


def _walk(node: yaml.Node, place: Place, first_line: int, lines: dict[Place, int], faults: Faults) -> bool:
    """Note the line of everything inside; False for what is refused: anchors, doubles, great depth, huge numbers."""
    if len(place) > _DEEPEST or len(lines) > _MOST_NODES:
        faults.add(_line(node, first_line), "the front matter is nested too deeply or too large", "make it simpler")
        return False
    sound = True
    if isinstance(node, yaml.ScalarNode):
        if node.tag.endswith((":int", ":float")) and len(node.value) > _LARGEST_NUMBER:
            faults.add(_line(node, first_line), "a number with very many digits", "write a smaller one")
            return False
    elif isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            lines[(*place, number)] = _line(item, first_line)
            sound = _walk(item, (*place, number), first_line, lines, faults) and sound
    elif isinstance(node, yaml.MappingNode):
        for key_node, value_node in node.value:
            line = _line(key_node, first_line)
            if not isinstance(key_node, yaml.ScalarNode):
                faults.add(line, "a key that is not text", "write `key: value`")
                return False
            inner = (*place, str(key_node.value))
            if inner in lines:
                first = lines[inner]
                faults.add(line, f"{quoted(key_node.value)} stands twice (first in line {first})", "delete one")
                sound = False
            lines[inner] = line
            sound = _walk(value_node, inner, first_line, lines, faults) and sound
    return sound


def check_keys(model: type[Model], mapped: Mapped, faults: Faults, what: str = "the front matter") -> Model | None:
    """The mapping as a model, or None with a problem for every key that is wrong, missing or unknown."""
    try:
        return model.model_validate(mapped.values)
    except ValidationError as error:
        for detail in error.errors(include_url=False, include_context=True, include_input=True):
            _explain(detail, model, mapped, faults, what)
        return None
    except (OverflowError, RecursionError, ValueError) as error:
        faults.add(mapped.first_line, f"{what} cannot be read", _why(error))
        return None


def mend(model: type[Model], mapped: Mapped) -> Model:
    """The model with its sound keys only, for looking through a file whose front matter has problems.

    A field that is broken or missing has its default, or no value at all: ask `model_fields_set` before reading one.
    """
    try:
        return model.model_validate(mapped.values)
    except ValidationError as error:
        broken = {detail["loc"][0] for detail in error.errors(include_url=False) if detail["loc"]}
    except (OverflowError, RecursionError, ValueError):
        broken = set(mapped.values)
    sound = {
        name: mapped.values[name]
        for name, field in model.model_fields.items()
        if name in mapped.values and name not in broken and not _holds_keys(field.annotation)
    }
    return model.model_construct(**sound)


def _holds_keys(annotation: Any) -> bool:
    """Whether a field holds a model of its own, which plain YAML values cannot stand in for."""
    if isinstance(annotation, type) and issubclass(annotation, Keys):
        return True
    return any(_holds_keys(inner) for inner in getattr(annotation, "__args__", ()))


def _explain(detail: ErrorDetails, model: type[Keys], mapped: Mapped, faults: Faults, what: str) -> None:
    place = tuple(part for part in detail["loc"] if part not in _UNION_PARTS)
    name = ".".join(str(part) if isinstance(part, str) else str(part + 1) for part in place) or what
    line = mapped.line(*place)
    kind = detail["type"]
    if kind == "missing":
        faults.add(line, f"{name} is missing", f"add `{place[-1]}:` to {what}")
    elif kind == "extra_forbidden":
        fields = list(_model_at(model, place[:-1]).model_fields)
        faults.add(line, f"unknown key {quoted(place[-1])}", did_you_mean(place[-1], fields))
    elif kind == "literal_error":
        allowed = re.findall(r"'([^']*)'", str(detail.get("ctx", {}).get("expected", "")))
        faults.add(line, f"{name} cannot be {quoted(detail['input'])}", did_you_mean(detail["input"], allowed))
    else:
        saying, todo = _wording(kind, detail)
        faults.add(line, f"{name} {saying}", todo)


_UNION_PARTS = frozenset({"str", "list[str]", "float", "int"})


def _model_at(model: type[Keys], place: Place) -> type[Keys]:
    """The model that describes a nested place such as `("modules", 0)`."""
    for part in place:
        if not isinstance(part, str) or part not in model.model_fields:
            continue
        annotation = model.model_fields[part].annotation
        for inner in (annotation, *getattr(annotation, "__args__", ())):
            if isinstance(inner, type) and issubclass(inner, Keys):
                model = inner
    return model


def _wording(kind: str, detail: ErrorDetails) -> tuple[str, str]:
    limits = detail.get("ctx", {})
    if kind == "string_type":
        return "must be text", "put it in quotes"
    if kind in ("int_type", "int_from_float", "int_parsing_size"):
        return "must be a whole number", "write digits only"
    if kind in ("float_type", "finite_number"):
        return "must be a number", "write digits, with a point for decimals"
    if kind == "bool_type":
        return "must be yes or no", "write yes or no"
    if kind in ("list_type", "dict_type", "model_type"):
        return "has the wrong shape", "write a list as [a, b], or one `- item` a line; a module as its keys"
    if kind == "string_pattern_mismatch":
        return f"is {quoted(detail['input'])}", "use lower-case letters, digits and hyphens only"
    if kind == "string_too_long":
        return "is too long", f"use at most {limits.get('max_length')} characters"
    if kind in ("string_too_short", "too_short"):
        return "is empty", "fill it in, or delete the key"
    for bound, words in (("ge", "at least"), ("gt", "above"), ("le", "at most"), ("lt", "below")):
        if bound in limits:
            return f"is out of range ({quoted(detail['input'])})", f"write a number {words} {limits[bound]}"
    return f"is wrong ({quoted(detail['msg'])})", "see docs/authoring.md"
