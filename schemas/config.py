"""Strict recipes: unknown keys are named with the nearest known one, all faults at once, with YAML lines."""

import difflib
import re
import sys
from pathlib import Path
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from schemas.errors import ConfigError, UserError

SECTIONS = ("name", "seed", "data", "train", "eval", "gates")
"""What a recipe may hold at its top; each section is parsed by the package that owns it."""


class Section(BaseModel):
    """The ground of every config model: frozen, and a key that it doesn't know is a fault."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Header(Section):
    """What a recipe says outside its sections."""

    name: str | None = Field(default=None, pattern=r"^\w[\w.-]*$")
    seed: int = 17


Model = TypeVar("Model", bound=Section)


def load_yaml(path: Path) -> tuple[dict[str, Any], dict[tuple[str | int, ...], int]]:
    """Read a YAML mapping without anchors, aliases or duplicate keys.

    Returns:
        The values, and the one-based line of every key path.

    Raises:
        ConfigError: With every fault of the file.
        UserError: If the file is absent or not text.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise UserError(f"No such recipe: {path}", hint="gristmill init YOUR_DATA -o recipe.yaml") from None
    except (OSError, UnicodeDecodeError) as fault:
        raise UserError(f"{path} can't be read as a recipe: {fault}") from None
    try:
        events = [event for event in yaml.parse(text, Loader=yaml.SafeLoader) if getattr(event, "anchor", None)]
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None)
        line = f"line {mark.line + 1}: " if mark else ""
        raise ConfigError(str(path), [f"{line}not valid YAML: {getattr(fault, 'problem', fault)}"]) from None
    anchors = [event.start_mark.line + 1 for event in events if event.start_mark]
    faults = [f"line {line}: anchors and aliases (& and *) are not allowed" for line in anchors]
    if faults:
        raise ConfigError(str(path), faults)
    lines: dict[tuple[str | int, ...], int] = {}
    _walk(root, (), lines, faults)
    if root is not None and not isinstance(root, yaml.MappingNode):
        faults.append("line 1: a recipe is a mapping of keys, such as `data:`")
    if faults:
        raise ConfigError(str(path), faults)
    try:
        return yaml.safe_load(text) or {}, lines
    except (yaml.YAMLError, ValueError) as fault:  # an unknown tag, a date that doesn't exist
        mark = getattr(fault, "problem_mark", None)
        line = f"line {mark.line + 1}: " if mark else ""
        told = getattr(fault, "problem", None) or fault
        raise ConfigError(str(path), [f"{line}a value can't be read: {told}"]) from None


def _walk(
    node: yaml.Node | None, path: tuple[str | int, ...], lines: dict[tuple[str | int, ...], int], faults: list[str]
) -> None:
    """Note the line of every key path below `node`; name keys that stand twice."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            here = (*path, str(key.value))
            line = key.start_mark.line + 1
            if here in lines:
                faults.append(f"line {line}: {dotted(here)} stands twice (first on line {lines[here]})")
            lines[here] = line
            _walk(value, here, lines, faults)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            lines[(*path, index)] = value.start_mark.line + 1
            _walk(value, (*path, index), lines, faults)


def _place(fault: str) -> int:
    """The line that a fault names; those without one come last."""
    found = re.match(r"line (\d+):", fault)
    return int(found[1]) if found else sys.maxsize


def load_recipe_section(path: Path, section: str, model: type[Model]) -> tuple[Header, Model]:
    """Parse a recipe's header and one of its sections.

    Args:
        path: The YAML file.
        section: One of `SECTIONS`.
        model: The model that owns it.

    Raises:
        ConfigError: With every fault of both, its line, and the nearest known key.
    """
    values, lines = load_yaml(path)
    faults = [
        f"{_line(lines, (key,))}unknown key {key!r}{_did_you_mean(str(key), SECTIONS)}"
        for key in values
        if key not in SECTIONS
    ]
    if section not in values:
        faults.append(f"the section `{section}:` is missing")
    header = {key: values[key] for key in Header.model_fields if key in values}
    parsed = []
    told = {} if values.get(section) is None else values[section]
    for place, value, owner in (((), header, Header), ((section,), told, model)):
        if place and section not in values:
            continue
        try:
            parsed.append(owner.model_validate(value))
        except ValidationError as invalid:
            faults += [_sentence(fault, place, owner, lines) for fault in invalid.errors()]
    if faults:
        faults.sort(key=_place)
        raise ConfigError(str(path), faults, hint="" if section in values else _enough(section, model))
    top, own = parsed
    assert isinstance(top, Header)
    assert isinstance(own, model)
    return top, own


def _enough(section: str, model: type[Section]) -> str:
    """What to write where a section is missing that has a default for everything."""
    try:
        model()
    except ValidationError:
        return ""
    return f"add the line `{section}: {{}}`: everything in it has a default"


def _sentence(
    fault: Any, section: tuple[str, ...], model: type[BaseModel], lines: dict[tuple[str | int, ...], int]
) -> str:
    path = (*section, *fault["loc"])
    where = _line(lines, path)
    if fault["type"] == "extra_forbidden":
        known = _keys_at(model, fault["loc"][:-1])
        return f"{where}unknown key {dotted(path)}{_did_you_mean(str(path[-1]), known)}"
    if fault["type"] == "missing":
        return f"{where}{dotted(path)} is missing"
    told = fault["msg"].removeprefix("Value error, ")
    seen = "" if isinstance(fault["input"], dict) else f" (found {fault['input']!r})"
    return f"{where}{dotted(path)}: {told[0].lower() + told[1:]}{seen}"


def _keys_at(model: type[BaseModel], loc: tuple[str | int, ...]) -> list[str]:
    """The keys that the model nested at `loc` knows."""
    for part in loc:
        if isinstance(part, int):
            continue
        named = {field.alias or name: field for name, field in model.model_fields.items()}
        if part not in named:
            continue
        inner = _models_in(named[part].annotation)
        if inner:
            model = inner[0]
    return [field.alias or name for name, field in model.model_fields.items()]


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for argument in get_args(annotation) for model in _models_in(argument)]


def _line(lines: dict[tuple[str | int, ...], int], path: tuple[str | int, ...]) -> str:
    """`line N: ` of the deepest known part of the path."""
    for end in range(len(path), 0, -1):
        if path[:end] in lines:
            return f"line {lines[path[:end]]}: "
    return ""


def _did_you_mean(word: str, known: Any) -> str:
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"; did you mean {near[0]!r}?" if near else f"; known keys: {', '.join(sorted(known))}"


def dotted(path: tuple[str | int, ...]) -> str:
    """`("data", "sources", 0, "path")` as people write it: `data.sources[0].path`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text
