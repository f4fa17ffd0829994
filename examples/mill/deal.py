"""Deals every wording of every fact to one use, so that no question stands in two rows by accident."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from examples.mill.facts import LANGS, Fact, Lang
from examples.mill.shapes import Pair, Verdict
from examples.mill.talks import Frames, Talk, several, single, with_tool

SEED = 17

PAIRS = 150
VERDICTS = 80
BENCHMARK = 20


@dataclass(frozen=True)
class Spare:
    """A wording that no clean row uses: material for the benchmark and for defects."""

    fact: Fact
    lang: Lang
    ask: str

    @property
    def answer(self) -> str:
        """The long answer."""
        return self.fact.side(self.lang).answer

    @property
    def short(self) -> str:
        """The short answer."""
        return self.fact.side(self.lang).short

    def talk(self, *, question: str | None = None, answer: str | None = None) -> Talk:
        """The wording with the short answer (the long one would be near to the fact's own row)."""
        return single(self.fact.id, self.lang, question or self.ask, answer if answer is not None else self.short)


@dataclass
class Hand:
    """What the files are filled from. Talks lie in piles named LANG_KIND: long, short, several, tool."""

    talks: dict[str, list[Talk]] = field(default_factory=dict)
    pairs: dict[Lang, list[Pair]] = field(default_factory=lambda: {"en": [], "zh": []})
    verdicts: dict[Lang, list[Verdict]] = field(default_factory=lambda: {"en": [], "zh": []})
    benchmark: list[Spare] = field(default_factory=list)
    spares: dict[Lang, list[Spare]] = field(default_factory=lambda: {"en": [], "zh": []})


def deal(facts: Sequence[Fact], frames: Frames) -> Hand:
    """Every first wording gets the long answer, every second one the short answer or a talk.

    The third wordings become preference pairs, judged answers, the benchmark, and spares.
    """
    rng = random.Random(f"{SEED}:deal")
    hand = Hand()
    shuffled = list(facts)
    rng.shuffle(shuffled)
    for place, fact in enumerate(shuffled):
        for number, lang in enumerate(LANGS):
            side = fact.side(lang)
            _pile(hand, f"{lang}_long", single(fact.id, lang, side.ask[0], side.answer))
            if place % 3 != number:
                _pile(hand, f"{lang}_short", single(fact.id, lang, side.ask[1], side.short))
            elif place // 3 % 5 < 2:
                _pile(hand, f"{lang}_tool", with_tool(fact, lang, side.ask[1], frames, rng))
            else:
                _pile(hand, f"{lang}_several", several(fact, lang, side.ask[1], frames, rng))
    _deal_thirds(shuffled, hand, frames, rng)
    for name in sorted(hand.talks):
        rng.shuffle(hand.talks[name])
    return hand


def _deal_thirds(facts: Sequence[Fact], hand: Hand, frames: Frames, rng: random.Random) -> None:
    """Every other fact gives a preference pair; of the rest some give a judged answer."""
    spares: list[Spare] = []
    pairs = verdicts = 0
    for place, fact in enumerate(facts):
        lang: Lang = LANGS[place // 2 % 2]
        side, other = fact.side(lang), LANGS[1 - place // 2 % 2]
        if place % 2 == 0 and pairs < PAIRS:
            pairs += 1
            system = rng.choice(frames[lang]["system"]) if rng.random() < 0.3 else None
            # Under a very short question the long answer would make the row nearly equal to the fact's own.
            chosen = side.short if len(side.answer) > 4 * len(side.ask[2]) else side.answer
            hand.pairs[lang].append(Pair(fact.id, lang, side.ask[2], chosen, side.wrong, system))
        elif place % 2 and verdicts < VERDICTS:
            good = verdicts // 2 % 2 == 0
            verdicts += 1
            hand.verdicts[lang].append(
                Verdict(fact.id, lang, side.ask[2], side.short if good else side.wrong, good=good)
            )
        else:
            spares.append(Spare(fact, lang, side.ask[2]))
        spares.append(Spare(fact, other, fact.side(other).ask[2]))
    rng.shuffle(spares)
    for lang in LANGS:
        mine = [spare for spare in spares if spare.lang == lang]
        hand.benchmark += mine[: BENCHMARK // 2]
        hand.spares[lang] = mine[BENCHMARK // 2 :]


def _pile(hand: Hand, name: str, talk: Talk) -> None:
    hand.talks.setdefault(name, []).append(talk)
