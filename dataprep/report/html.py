"""`report.html`: a data artifact as one self-contained page, the verdict first."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from dataprep.augment.cards import render_card
from dataprep.report import augmentation, browser, distributions, evidence, examples, flow
from dataprep.report.artifact import Artifact
from dataprep.report.atlas import atlas
from dataprep.report.figures import count, opening, percent
from dataprep.report.names import name
from dataprep.report.verdict import judge
from dataprep.report.words import word
from schemas.artifacts import SPLITS
from schemas.page import page
from schemas.page.templates import environment, fitting

if TYPE_CHECKING:
    from jinja2 import Environment

BUDGETS = {
    **{"rows_section": 560_000, "duplicates": 160_000, "rejects": 120_000, "flagged": 60_000, "edited": 60_000},
    **{"rejected_drafts": 120_000, "accepted_drafts": 20_000},
}
"""Bytes of a section's blocks. With everything else, whose counts are capped, well under 1.5 MB."""

RECIPE = 20_000  # characters of the recipe that are shown

TEMPLATES = Path(__file__).parent / "templates"


def render(folder: Path, manifest: Mapping[str, Any], *, lang: str = "en") -> str:
    """The report of an artifact as one HTML document with one script of its own, without the network.

    What the manifest or the folder of an older artifact lacks leaves its section out.

    Args:
        folder: Holds `<split>.parquet`, `ledger.parquet` and, where signals were kept, `signals.parquet`.
        manifest: The artifact's manifest; `manifest.json` itself isn't read.
        lang: `en` or `zh`.

    Raises:
        UserError: If reports aren't written in that language.
    """
    title = word("report_title", lang, name=manifest["name"])
    found = {key: value for key, value in _sections(Artifact(folder, manifest), lang).items() if value}
    view = {
        "title": title,
        "verdict": judge(manifest, lang),
        "sections": found,
        "splits": [(name(split, lang), count(manifest["rows"][split])) for split in SPLITS],
        "kept": percent(manifest["rows"]["kept"], manifest["rows"]["read"] + manifest["rows"].get("created", 0)),
        "rows": {key: count(value) for key, value in manifest["rows"].items()},
    }
    body = _environment(lang).get_template("report.html.j2").render(view)
    return page(title, body, lang=lang, script=_script() if "rows_section" in found else "")


def _sections(artifact: Artifact, lang: str) -> dict[str, Any]:
    """What each section shows, in the page's order; nothing for a section that has nothing to show."""
    manifest = artifact.manifest
    blocks = partial(_blocks, lang=lang)
    return {
        "flow": _flow(manifest, lang),
        "rejects": _reasons(artifact, "reasons", "rejects", ("dropped", "merged"), lang),
        "flagged": _reasons(artifact, "flags", "flagged", ("flagged",), lang),
        "edited": _reasons(artifact, "edits", "edited", ("changed",), lang),
        "lengths": {
            "charts": distributions.distributions(artifact, lang),
            "lines": distributions.quantiles(artifact, lang),
        },
        "leaks": _any(facts=evidence.certificate(manifest, lang), pairs=evidence.nearest(manifest, lang)),
        "duplicates": _any(
            facts=evidence.repeated(manifest, lang), blocks=blocks("duplicates", evidence.clusters(manifest, lang))
        ),
        "conflicts": examples.conflicts(artifact),
        "same_answer": evidence.answers(manifest),
        "personal": evidence.personal(manifest, lang),
        "benchmarks": evidence.benchmarks(manifest),
        "augmentation": _augmentation(artifact, lang),
        "mix": evidence.mix(manifest, lang),
        "topics": atlas(artifact, lang),
        "rows_section": _rows(artifact, lang),
        "making": _making(manifest, lang),
    }


def _any(**parts: Any) -> dict[str, Any] | None:
    return parts if any(parts.values()) else None


def _flow(manifest: Mapping[str, Any], lang: str) -> dict[str, Any]:
    return {
        "svg": flow.flow(manifest, lang),
        "files": flow.files(manifest, lang),
        "stages": flow.stages(manifest, lang),
        "kinds": flow.kinds(manifest, lang),
    }


def _reasons(artifact: Artifact, key: str, section: str, verdicts: Sequence[str], lang: str) -> dict[str, Any] | None:
    found = examples.reasons(artifact, key, verdicts, lang)
    blocks = _blocks(section, found, lang=lang)
    return {"blocks": blocks, "left_out": len(artifact.manifest[key]) - len(blocks)} if blocks else None


def _augmentation(artifact: Artifact, lang: str) -> dict[str, Any] | None:
    manifest = artifact.manifest
    found = augmentation.numbers(manifest, lang)
    if not found:
        return None
    rejected = _blocks("rejected_drafts", augmentation.rejections(artifact, lang), lang=lang)
    cards = (render_card(card) for card in augmentation.accepted(artifact, lang))
    return {
        "numbers": found,
        "facts": augmentation.makers(manifest, lang),
        "rejected": rejected,
        "left_out": len(manifest["augmentation"]["rules"]) - len(rejected),
        "methods": augmentation.methods(manifest, lang),
        "balance": augmentation.chart(manifest, lang),
        "diversity": augmentation.diversity(manifest, lang),
        "equal": augmentation.equal_parts(manifest, lang),
        "accepted": fitting(cards, BUDGETS["accepted_drafts"]),
    }


def _rows(artifact: Artifact, lang: str) -> dict[str, Any] | None:
    found = browser.entries(artifact, lang)
    blocks = _blocks("rows_section", found, lang=lang)
    if not blocks:
        return None
    return {
        "blocks": blocks,
        "choices": browser.choices(found[: len(blocks)], lang),
        "shown": count(len(blocks)),
        "total": count(artifact.kept.height),
    }


def _making(manifest: Mapping[str, Any], lang: str) -> dict[str, Any]:
    versions = ", ".join(f"{key} {value}" for key, value in (manifest.get("versions") or {}).items())
    spoken = ", ".join(name(each, lang) for each in manifest.get("languages") or [])
    facts = {"name": manifest["name"], "seed": manifest.get("seed"), "languages": spoken, "versions": versions}
    recipe = orjson.dumps(manifest.get("recipe") or {}, option=orjson.OPT_INDENT_2).decode()
    return {
        "facts": [(word(key, lang), str(value)) for key, value in facts.items() if value not in {None, ""}],
        "recipe": recipe[:RECIPE] + (" …" if len(recipe) > RECIPE else ""),
        "exports": [
            (entry["files"], entry["format"], count(entry["rows"]), ", ".join(entry["refused"]))
            for entry in manifest.get("exports") or []
        ],
    }


def _blocks(section: str, found: Iterable[Any], *, lang: str) -> list[str]:
    """Each thing rendered by its section's template, as far as the section's budget goes."""
    template = _environment(lang).get_template(f"{_TEMPLATE.get(section, 'reason')}.html.j2")
    return fitting((template.render(it=each) for each in found), BUDGETS[section])


_TEMPLATE = {"rows_section": "row", "duplicates": "cluster", "rejected_drafts": "rejection"}


@cache
def _script() -> str:
    return (TEMPLATES / "browser.js").read_text(encoding="utf-8")


@cache
def _environment(lang: str) -> "Environment":
    told = {"t": partial(word, lang=lang), "name": partial(name, lang=lang)}
    return environment(TEMPLATES, **told, opening=opening, card=render_card)
