"""What a labelling config asks and shows, and the faults in it that Label Studio doesn't tell of."""

import difflib
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from xml.etree import ElementTree

from schemas.errors import UserError

KIND_OF = {"choices": "choices", "rating": "rating", "textarea": "text", "pairwise": "pairwise"}
"""Tag -> kind of answer; the tag, lower case, is also the `type` of a result."""

_OBJECTS = {"text", "hypertext", "paragraphs", "list", "table", "image", "audio", "video", "pdf", "timeseries"}
_OTHER_CONTROLS = {"labels", "hypertextlabels", "paragraphlabels", "taxonomy", "number", "datetime", "ranker"}
_AROUND = {"view", "header", "style", "choice", "label", "collapse", "panel", "shortcut", "filter", "relations"}
_AROUND |= {"relation", "bucket", "markdown"}
_KNOWN = _OBJECTS | _OTHER_CONTROLS | _AROUND | set(KIND_OF)

_VARIABLE = re.compile(r"\$([^\W\d]\w*)")

TASK_FIELDS = ("record_id", "content", "round", "run", "digest", "swap")
"""Fields of every task of ours that no one is asked about."""
_COLUMNS = (*TASK_FIELDS, "id", "annotator", "annotation_id", "created_at", "updated_at", "lead_time")
"""An export in JSON-MIN has these on one level with the answers."""


@dataclass(frozen=True)
class Question:
    """A control of a config.

    Attributes:
        name: What its answers are called (`from_name`).
        tag: Its tag in lower case.
        kind: `choices`, `rating`, `text` or `pairwise`; "" for a control that says nothing about a record as a whole.
        targets: Names of what it is about.
        choices: The values it offers: the alias of a choice where it has one, as in exports.
        labels: The same as people read them.
        several: Whether more than one of them may be ticked.
        optional: Whether it may be left open by everyone: not required, and shown whatever else was answered.
        open: Whether its choices come from the task.
        most: The highest rating.
        depends: The question and the choices that show it, or None.
    """

    name: str
    tag: str
    kind: str
    targets: tuple[str, ...]
    choices: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    several: bool = False
    optional: bool = True
    open: bool = False
    most: int = 5
    depends: tuple[str, tuple[str, ...]] | None = None


@dataclass(frozen=True)
class LabellingConfig:
    """A config, read.

    Attributes:
        xml: As it was written.
        questions: By name; of two with one name the later.
        objects: Name -> the field of the task that it shows, "" for none.
        variables: Fields that a task must have.
        faults: What Label Studio wouldn't say, or would say too late; see `check_config`.
    """

    xml: str
    questions: Mapping[str, Question]
    objects: Mapping[str, str]
    variables: tuple[str, ...]
    faults: tuple[str, ...]


def parse_config(xml: str) -> LabellingConfig:
    """Read a config, also one made by hand with tags that we don't use.

    Raises:
        UserError: If it isn't XML.
    """
    elements = [(tag.lower(), attributes) for tag, attributes in _walk(_root(xml))]
    questions: dict[str, Question] = {}
    objects: dict[str, str] = {}
    variables: dict[str, None] = {}
    faults: list[str] = []
    for place, (tag, attributes) in enumerate(elements):
        faults += _tag_faults(tag)
        name = attributes.get("name", "")
        if "toname" in attributes or tag in KIND_OF:
            faults += [f"two tags have the name {name!r}"] if name in {*questions, *objects} else []
            questions[name], told = _question(tag, attributes, _choices_below(elements, place))
            faults += told
        elif tag in _OBJECTS:
            faults += [f"two tags have the name {name!r}"] if name in {*questions, *objects} else []
            found = _VARIABLE.findall(attributes.get("value", "") or attributes.get("valuelist", ""))
            objects[name] = found[0] if found else ""
            faults += [] if found else [f"<{tag}> {name!r} shows no field of the task: value must be such as $text"]
        variables |= dict.fromkeys(_variables(attributes))
    faults += _whole(questions, objects)
    return LabellingConfig(xml, questions, objects, tuple(variables), tuple(dict.fromkeys(faults)))


def check_config(config: LabellingConfig, fields: Collection[str] | None = None) -> None:
    """Refuse a config that Label Studio would take and then fail on, silently or before people's eyes.

    Args:
        config: What is to be pushed.
        fields: Fields that every task has; None leaves them unchecked.

    Raises:
        UserError: With every fault.
    """
    faults = list(config.faults)
    if fields is not None:
        known = ", ".join(sorted(set(fields) - set(TASK_FIELDS)))
        missing = [name for name in config.variables if name not in fields]
        faults += [f"${name} is no field of the tasks (they have {known})" for name in missing]
    faults += [
        f"a question can't have the name {name!r}: exports use it for something else"
        for name in config.questions
        if name in (*_COLUMNS, *(fields or ()))
    ]
    if faults:
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        told = "\n".join(f"  {fault}" for fault in faults)
        raise UserError(f"the labelling config has {count}\n{told}", hint="mend the XML, then run the command again")


def _root(xml: str) -> ElementTree.Element:
    if "<!" in re.sub(r"<!--.*?-->|<!\[CDATA\[.*?\]\]>", "", xml, flags=re.S):
        raise UserError("the labelling config declares a document type or entities", hint="remove what starts with <!")
    try:
        return ElementTree.fromstring(xml.strip())
    except (ElementTree.ParseError, UnicodeError) as fault:
        hint = "in XML, & is written &amp; and < is written &lt;; every tag is closed"
        raise UserError(f"the labelling config isn't XML: {fault}", hint=hint) from None


def _walk(element: ElementTree.Element) -> Iterator[tuple[str, dict[str, str]]]:
    """Every tag with its attributes, these in lower case as Label Studio reads them; "" marks the end of a tag."""
    yield element.tag, {name.lower(): value for name, value in element.attrib.items()}
    for child in element:
        yield from _walk(child)
    yield "", {}


def _choices_below(elements: list[tuple[str, dict[str, str]]], place: int) -> list[tuple[str, str]]:
    """Value and label of the choices inside the tag at this place."""
    depth, found = 0, []
    for tag, attributes in elements[place:]:
        depth += 1 if tag else -1
        if tag == "choice":
            label = attributes.get("value", "")
            found.append((attributes.get("alias") or label, label))
        if depth == 0:
            break
    return found


def _question(tag: str, attributes: Mapping[str, str], offered: list[tuple[str, str]]) -> tuple[Question, list[str]]:
    name, choices = attributes.get("name", ""), [value for value, _ in offered]
    targets = tuple(target.strip() for target in attributes.get("toname", "").split(",") if target.strip())
    is_open = tag == "choices" and attributes.get("value", "").startswith("$")
    faults = [] if name else [f"a <{tag}> has no name"]
    faults += [] if targets else [f"<{tag}> {name!r} has no toName"]
    if tag == "choices" and not is_open:
        faults += [] if choices else [f"<choices> {name!r} offers no choice"]
        twice = sorted({choice for choice in choices if choices.count(choice) > 1})
        faults += [f"<choices> {name!r} offers {choice!r} twice" for choice in twice]
    most = attributes.get("maxrating", "5")
    if tag == "rating" and not (most.isascii() and most.isdigit() and int(most) > 0):
        faults.append(f"<rating> {name!r}: maxRating must be a number from 1, not {most!r}")
        most = "5"
    regional = any(attributes.get(key) == "true" for key in ("perregion", "peritem"))
    depends = _depends(attributes)
    question = Question(
        name=name,
        tag=tag,
        kind="" if regional else KIND_OF.get(tag, ""),
        targets=targets,
        choices=tuple(choices),
        labels=tuple(label for _, label in offered),
        several=tag == "choices" and attributes.get("choice", "single") == "multiple",
        optional=attributes.get("required") != "true" and depends is None and "visiblewhen" not in attributes,
        open=is_open,
        most=int(most) if tag == "rating" else 5,
        depends=depends,
    )
    return question, faults


def _depends(attributes: Mapping[str, str]) -> tuple[str, tuple[str, ...]] | None:
    if attributes.get("visiblewhen") != "choice-selected" or "whentagname" not in attributes:
        return None
    values = attributes.get("whenchoicevalue", "")
    return attributes["whentagname"], tuple(value for value in values.split(",") if value)


def _variables(attributes: Mapping[str, str]) -> list[str]:
    return [name for key in ("value", "valuelist") for name in _VARIABLE.findall(attributes.get(key, ""))]


def _tag_faults(tag: str) -> list[str]:
    if tag in _KNOWN or not tag:
        return []
    if tag == "chat":
        return ["<Chat> passes every check and then fails in the community edition: show turns with <Paragraphs>"]
    near = difflib.get_close_matches(tag, _KNOWN, n=1)
    return [f"<{tag}> is no tag that we know" + (f"; did you mean <{near[0]}>?" if near else "")]


def _whole(questions: Mapping[str, Question], objects: Mapping[str, str]) -> list[str]:
    """Faults that only show when all tags are known."""
    faults = [] if objects else ["it shows nothing: at least one tag such as <Text> is needed"]
    faults += [] if questions else ["it asks nothing: at least one tag such as <Choices> is needed"]
    for question in questions.values():
        lost = [target for target in question.targets if target not in objects]
        faults += [f"<{question.tag}> {question.name!r} is about {target!r}, which isn't there" for target in lost]
        if question.tag == "pairwise" and len(question.targets) != 2:
            faults.append(f"<pairwise> {question.name!r} must be about two things, not {len(question.targets)}")
        if question.depends is None:
            continue
        other, values = question.depends
        if other not in questions:
            faults.append(f"{question.name!r} shows when {other!r} is answered, which isn't there")
        elif not questions[other].open:
            odd = [value for value in values if value not in questions[other].choices]
            faults += [f"{question.name!r} shows when {other!r} is {value!r}, which isn't offered" for value in odd]
    return faults
