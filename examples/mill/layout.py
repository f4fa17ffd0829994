"""From facts to filled files: deals the wordings, plants the defects, writes, and says where everything is."""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from examples.mill.deal import SEED, Hand, Spare, deal
from examples.mill.defects import copy, line, text, turn
from examples.mill.defects.bench import Bench
from examples.mill.entries import Entry, shaped
from examples.mill.facts import (
    LANGS,
    Fact,
    Passage,
    load_facts,
    load_frames,
    load_general,
    load_passages,
    load_traditional,
)
from examples.mill.sheets import ALL, SHEETS, Sheet
from examples.mill.talks import Frames, Talk, single
from examples.mill.truth import truth


@dataclass(frozen=True)
class World:
    """Everything that was written by hand."""

    facts: Sequence[Fact]
    passages: Sequence[Passage]
    traditional: Sequence[dict[str, str]]
    general: Sequence[dict[str, str]]
    frames: Frames


def load_world(folder: Path) -> World:
    """Read the hand-written files."""
    return World(
        load_facts(folder),
        load_passages(folder),
        load_traditional(folder),
        load_general(folder),
        load_frames(folder),
    )


def lay_out(world: World, out: Path) -> dict[str, Any]:
    """Write `raw/` and what lies beside it.

    Args:
        world: The hand-written facts and texts.
        out: Folder to write into; files in it are overwritten.

    Returns:
        What went to TRUTH.json.
    """
    bench = prepare(world)
    places: dict[str, list[int]] = {}
    for sheet in SHEETS:
        path = out / "raw" / sheet.path
        path.parent.mkdir(parents=True, exist_ok=True)
        places[sheet.path] = sheet.write(path, bench.filled[sheet.path])
    told = truth(bench.filled, places, {sheet.path: sheet.encoding for sheet in SHEETS})
    (out / "TRUTH.json").write_bytes((_document(told) + "\n").encode())
    _write_lines(out / "benchmark.jsonl", _benchmark(bench.hand.benchmark))
    _write_lines(out / "reasked.jsonl", _reasked(world.facts))
    _write_lines(out / "general.jsonl", world.general)
    return told


def prepare(world: World) -> Bench:
    """Every file's entries, with the defects in them."""
    hand = deal(world.facts, world.frames)
    bench = Bench(fill(world, hand), {sheet.path: sheet for sheet in SHEETS}, hand, world.frames)
    plant(bench, world.facts)
    return bench


def fill(world: World, hand: Hand) -> dict[str, list[Entry]]:
    """Clean entries for every file, in the order of the plan."""
    piles: dict[str, list[Any]] = dict(hand.talks)
    for lang in LANGS:
        piles[f"{lang}_pairs"] = list(hand.pairs[lang])
        piles[f"{lang}_verdicts"] = list(hand.verdicts[lang])
        piles[f"{lang}_text"] = [passage for passage in world.passages if passage.lang == lang]
    piles["traditional"] = [single(item["fact"], "zh", item["question"], item["answer"]) for item in world.traditional]
    drawn = {sheet.path: _draw(sheet, piles, rest=False) for sheet in SHEETS}
    for sheet in SHEETS:
        drawn[sheet.path] += _draw(sheet, piles, rest=True)
    return {sheet.path: _entries(sheet, drawn[sheet.path], world.frames) for sheet in SHEETS}


def plant(bench: Bench, facts: Sequence[Fact]) -> None:
    """Plant every defect; only cut lines must come last, because they end their files."""
    copy.plant_repeats(bench)
    copy.plant_near(bench)
    copy.plant_conflicts(bench, {fact.id: fact for fact in facts})
    copy.plant_leaks(bench)
    for stain in text.STAINS:
        text.plant(bench, stain)
    for fault in turn.FAULTS:
        turn.plant(bench, fault)
    turn.plant_same_answers(bench)
    line.plant_broken(bench)
    line.plant_no_object(bench)
    line.plant_surrogate(bench)
    line.plant_truncated(bench)


def _draw(sheet: Sheet, piles: dict[str, list[Any]], *, rest: bool) -> list[Any]:
    """What the sheet takes from its piles: its counts first, what is left over in a second round."""
    taken = []
    for pile, count in sheet.piles.items():
        if (count == ALL) == rest:
            taken += piles.get(pile, [])[:count]
            piles[pile] = piles.get(pile, [])[count:]
    return taken


def _entries(sheet: Sheet, said: Sequence[Any], frames: Frames) -> list[Entry]:
    rng = random.Random(f"{SEED}:fill:{sheet.path}")
    ordered = list(said)
    if not sheet.path.startswith("texts/"):
        rng.shuffle(ordered)
    return [shaped(sheet.shape, _led(each, sheet.lead, frames, rng)) for each in ordered]


def _led(said: Any, lead: float, frames: Frames, rng: random.Random) -> Any:
    """The talk, for some with an instruction before the question."""
    if isinstance(said, Talk) and len(said.turns) == 2 and rng.random() < lead:
        return replace(said, instruction=rng.choice(frames[said.lang]["instruction"]))
    return said


def _benchmark(spares: Sequence[Spare]) -> list[dict[str, str]]:
    return [
        {
            "id": copy.benchmark_id(spare.fact.id, spare.lang),
            "fact": spare.fact.id,
            "lang": spare.lang,
            "question": spare.ask,
            "answer": spare.answer,
        }
        for spare in spares
    ]


def _reasked(facts: Sequence[Fact]) -> list[dict[str, str]]:
    return [
        {"id": f"re-{lang}-{fact.id}", "fact": fact.id, "lang": lang, "question": side.reask, "answer": side.answer}
        for fact in facts
        for lang in LANGS
        for side in (fact.side(lang),)
    ]


def _write_lines(path: Path, rows: Sequence[dict[str, Any]]) -> None:
    path.write_bytes("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode())


def _document(value: Any, *, depth: int = 3) -> str:
    """JSON whose outer levels are spread over lines: one planted defect on each."""
    if depth == 0 or not isinstance(value, dict | list) or not value:
        return json.dumps(value, ensure_ascii=False)
    pad = " " * (3 - depth)
    if isinstance(value, list):
        return "[\n" + ",\n".join(f"{pad} {_document(item, depth=0)}" for item in value) + f"\n{pad}]"
    lines = (f"{pad} {json.dumps(key)}: {_document(item, depth=depth - 1)}" for key, item in value.items())
    return "{\n" + ",\n".join(lines) + f"\n{pad}}}"
