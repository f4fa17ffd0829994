"""report.html: sections in order, both languages, escaping, older artifacts, size, determinism."""

import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from dataprep.report.html import TEMPLATES, render
from dataprep.report.names import NAMES
from dataprep.report.words import WORDS
from schemas.errors import UserError
from schemas.frames import FRAME, empty
from tests.dataprep.conftest import Desk
from tests.dataprep.report.artifacts import HOSTILE, artifact, rows
from tests.page_reader import Reader, words_of

OWN = ["flow", "rejects", "flagged", "edited", "lengths", "leaks", "duplicates", "conflicts", "same_answer", "personal"]
OWN += ["benchmarks", "augmentation", "mix", "topics", "rows_section", "making"]


def test_sections_stand_in_order_and_every_link_leads_somewhere(tmp_path: Path) -> None:
    page = Reader(render(tmp_path, artifact(tmp_path)))
    assert [each for each in page.ids if each in OWN] == OWN
    assert len(page.ids) == len(set(page.ids))
    assert page.targets <= set(page.ids)
    assert {"edits-pii-pii_email", "conflicts", "leaks"} <= page.targets
    assert page.open == []


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("en", ["Usable, with 1 thing to look at", "93 rows read = 83 kept + 10 dropped", "0.421 similar", "12 14"]),
        (
            "zh",
            [
                "可以使用，有 1 处需要看一看",
                "读入 93 行 = 保留 83 行 + 剔除 10 行",
                "相似度 0.421",
                "请联系客服。 12 14",
            ],
        ),
    ],
)
def test_the_verdict_comes_first_in_both_languages(tmp_path: Path, lang: str, told: list[str]) -> None:
    text = words_of(render(tmp_path, artifact(tmp_path), lang=lang))
    places = [text.index(each) for each in told]
    assert places[0] < places[1] < places[2]


def test_only_the_known_languages(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no report in the language 'fr'"):
        render(tmp_path, artifact(tmp_path), lang="fr")


def test_nothing_of_the_data_becomes_markup(tmp_path: Path) -> None:
    evil = artifact(tmp_path / "evil", text=HOSTILE)
    plain = artifact(tmp_path / "plain")
    page, harmless = Reader(render(tmp_path / "evil", evil)), Reader(render(tmp_path / "plain", plain))
    assert page.tags == harmless.tags
    assert page.attributes == harmless.attributes
    assert page.open == []
    text = render(tmp_path / "evil", evil)
    assert text.count("<script>") == 1
    assert text.encode()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_is_the_same_each_time(tmp_path: Path, lang: str) -> None:
    made = artifact(tmp_path)
    assert render(tmp_path, made, lang=lang) == render(tmp_path, made, lang=lang)


def test_an_older_artifact_leaves_sections_out(run: Desk) -> None:
    outcome = run()
    page = Reader(render(outcome.layout.data, outcome.manifest))
    own = [each for each in page.ids if each in OWN]
    absent = {"leaks", "same_answer", "personal", "benchmarks", "augmentation", "mix"}
    present = {"flow", "rejects", "flagged", "edited", "lengths", "conflicts", "topics", "rows_section", "making"}
    assert present <= set(own)
    assert set(own) <= set(OWN) - absent | {"leaks", "duplicates"}


@pytest.mark.parametrize("kept", [empty(FRAME), rows(1).head(1)], ids=["no row", "one row"])
def test_hardly_any_row_is_no_fault(tmp_path: Path, kept: pl.DataFrame) -> None:
    page = Reader(render(tmp_path, artifact(tmp_path, kept)))
    assert ("browser" in page.ids) == bool(kept.height)
    assert ("script" in page.tags) == bool(kept.height)
    assert "topics" not in page.ids


def test_the_page_stays_small_whatever_the_texts(tmp_path: Path) -> None:
    made = artifact(tmp_path, rows(400, text="<茶>" * 700), text="<茶>" * 700)
    many: dict[str, Any] = made["duplicates"]["clusters"][0]
    made["duplicates"]["clusters"] = [{**many, "members": many["members"] * 50}] * 300
    made["leak_certificate"]["nearest"] *= 50
    made["decontamination"] = [{**made["decontamination"][0], "spans": made["decontamination"][0]["spans"] * 500}] * 9
    made["sources"] *= 900
    made["augmentation"]["rules"] *= 300
    size = len(render(tmp_path, made).encode())
    assert 400_000 < size < 1_500_000


def test_nothing_comes_from_elsewhere(tmp_path: Path) -> None:
    text = render(tmp_path, artifact(tmp_path))
    links = set(re.findall(r"https?://[^\"' <]+", text))
    assert links == {"http://www.w3.org/2000/svg", "http://127.0.0.1:8000/v1"}  # the second is told, never asked
    assert not re.search(r"@import|url\(|src=", text)


def test_the_script_knows_the_page(tmp_path: Path) -> None:
    script = (TEMPLATES / "browser.js").read_text(encoding="utf-8")
    text = render(tmp_path, artifact(tmp_path))
    assert script in text
    assert "innerHTML" not in script
    names = re.findall(r'<select name="(\w+)">', text)
    assert names == ["split", "language", "kind", "flag"]  # one file: nothing to choose
    assert all(f'data-{name}="' in text for name in names)
    for selector in ('id="browser"', 'class="controls"', 'class="more"', 'class="none soft"', 'role="status"'):
        assert selector in text


def test_every_word_has_both_languages() -> None:
    assert [key for key, pair in (WORDS | NAMES).items() if not all(pair)] == []
    holes = [key for key, (en, zh) in WORDS.items() if set(re.findall(r"{\w+}", en)) != set(re.findall(r"{\w+}", zh))]
    assert holes == []
