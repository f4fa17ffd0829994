"""Records become tasks, people answer, and what they said comes back whatever the sides and the form of export."""

from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from dataprep.annotate.answers import latest
from dataprep.annotate.forms import FORMS, TAGS, render_config
from dataprep.annotate.labelling import LabellingConfig, parse_config
from dataprep.annotate.reading import read_answers
from dataprep.annotate.tasks import Ask, make_tasks, result_of
from tests.dataprep.annotate.exported import annotation, as_minimal
from tests.dataprep.rows import ask, framed, preference

CONFIGS = {
    (name, lang): parse_config(render_config(form, lang=lang)) for name, form in FORMS.items() for lang in ("en", "zh")
}
ROWS = {
    name: framed(*[ask(f"问题 {number}", "答") for number in range(4)]) for name in ("review", "conversation", "tags")
}
ROWS["pair"] = framed(*[preference(f"问题 {number}", "好", "差") for number in range(4)])

text = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(str.strip)
SAID: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    name: st.fixed_dictionaries(
        {"verdict": st.sampled_from(["accept", "reject", "fix"])},
        optional={"rating": st.integers(1, 5), "corrected": text},
    )
    for name in ("review", "conversation")
}
SAID["pair"] = st.fixed_dictionaries(
    {"preferred": st.sampled_from("ab"), "strength": st.sampled_from(["clear", "slight"])}
)
SAID["tags"] = st.fixed_dictionaries({"tags": st.sets(st.sampled_from(list(TAGS))).map(sorted)})


def answered(task: dict[str, Any], said: dict[str, Any], config: LabellingConfig, who: int) -> dict[str, Any]:
    swap = task["data"]["swap"]
    marks = [result_of(config.questions[name], value, swap=swap) for name, value in said.items()]
    return annotation(*[mark for mark in marks if mark], who=who, unique_id=f"u{who}-{task['data']['record_id']}")


@settings(max_examples=60, deadline=None)
@given(st.data(), st.sampled_from(sorted(FORMS)), st.sampled_from(["en", "zh"]), st.integers(0, 99), st.booleans())
def test_what_was_said_comes_back(data: st.DataObject, form: str, lang: str, seed: int, is_minimal: bool) -> None:
    config = CONFIGS[form, lang]
    tasks = make_tasks(ROWS[form], FORMS[form], config, Ask("run", "d", seed=seed, lang=lang)).tasks
    said = {(task["data"]["record_id"], who): data.draw(SAID[form]) for task in tasks for who in range(1, 3)}
    full = [
        {
            **task,
            "id": place,
            "annotations": [answered(task, said[task["data"]["record_id"], who], config, who) for who in (1, 2)],
        }
        for place, task in enumerate(tasks)
    ]
    exported = orjson.loads(orjson.dumps(as_minimal(full) if is_minimal else full))
    read = read_answers(exported, config)
    assert read.rejects.is_empty()
    back: dict[tuple[str, int], dict[str, Any]] = {}
    for line in latest(read.answers).iter_rows(named=True):
        back.setdefault((line["record"], int(line["annotator"])), {})[line["question"]] = orjson.loads(line["value"])
    assert back == said
    contents = {task["data"]["record_id"]: task["data"]["content"] for task in tasks}
    assert dict(read.answers.select("record", "content").iter_rows()) == contents
