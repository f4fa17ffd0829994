"""Hear one model out: likelihoods, answers, further draws, the decode sweep and the harness, while it is loaded."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import polars as pl

from evalsuite import sweep
from evalsuite.answers_by_endpoint import answer
from evalsuite.config import EvalRecipe, Generation
from evalsuite.expect import expect_items
from evalsuite.items import Item, languages_of
from evalsuite.journal import Journal
from evalsuite.metrics.exact import exact
from evalsuite.metrics.likelihood import Likelihood
from evalsuite.metrics.metric import Sample
from evalsuite.predict import Answer, Tell, answer_items, check_template, context_of
from evalsuite.score import Heard
from evalsuite.voices import Voice
from schemas.artifacts import digest_json
from schemas.endpoint import Endpoint, Reply
from schemas.records import Message
from schemas.text.words import words

BATCH_TOKENS = {"cpu": 2048}


@dataclass(frozen=True)
class Asked:
    """What every model is asked.

    Attributes:
        recipe: The `eval:` section.
        items: Of all sets.
        answered: Those that are answered in full.
        dev: Of the decode sweep.
        cache: Folder of the journals.
        seed: Of what the harness draws.
    """

    recipe: EvalRecipe
    items: Sequence[Item]
    answered: Sequence[Item]
    dev: Sequence[Item]
    cache: Path
    seed: int


def hear(opened: AbstractContextManager[Voice], asked: Asked, tell: Tell) -> Heard:
    """Ask one model everything; what its journal holds is not asked again."""
    with opened as voice:
        if asked.answered:
            check_template(voice.chat)
        journal = Journal(asked.cache / f"{voice.key[:16]}.jsonl")
        budget = asked.recipe.batch_tokens or BATCH_TOKENS.get(voice.identity["device"], 16384)
        likelihoods = {}
        if "likelihood" in asked.recipe.metrics:
            likelihoods = expect_items(voice, asked.items, journal, batch_tokens=budget, tell=tell)

        def answers(items: Sequence[Item], how: Generation) -> dict[tuple[str, int], Answer]:
            return answer_items(voice, items, how, journal, batch_tokens=budget, tell=tell)

        told = answers(asked.answered, asked.recipe.generation)
        extra: dict[str, Any] = {"notes": voice.notes}
        if asked.recipe.selfcheck:
            extra["draws"] = _draws(answers(asked.answered, _spread(asked.recipe)))
            own = _own_answers(asked.answered, told)
            sums = expect_items(voice, own, journal, batch_tokens=budget, tell=tell)
            extra["doubt"] = {name: one.nats / one.tokens for name, one in sums.items() if isinstance(one, Likelihood)}
        if asked.dev:
            longest = asked.recipe.generation.max_new_tokens
            tried = {name: answers(asked.dev, how) for name, how in sweep.settings(longest).items()}
            extra["sweep"] = sweep.rows(voice.name, asked.dev, tried)
        if asked.recipe.harness:
            extra["harness"] = _harness(voice, asked)
        return Heard(voice.name, voice.identity, told, likelihoods, extra)


def hear_served(name: str, endpoint: Endpoint, asked: Asked, tell: Tell) -> Heard:
    """Ask a model behind an endpoint: answers only, since servers give no likelihood of a text."""
    told = asked.recipe.generation
    identity: dict[str, Any] = {"base": endpoint.model, "endpoint": endpoint.base_url, "template": "the server's"}
    identity |= {"run": None if name == "base" else name, "adapter": None, "dtype": None, "bits": None}
    journal = Journal(asked.cache / f"{digest_json(identity)[:16]}.jsonl")
    answers: dict[tuple[str, int], Answer] = {}
    total = len(asked.answered) * len(told.draws)
    for seed in told.draws:
        mode = digest_json([told.model_dump(mode="json"), seed])[:12]
        keys = {item.id: f"answer {mode} {digest_json([item.asked, item.tools])}" for item in asked.answered}
        todo = [item for item in asked.answered if keys[item.id] not in journal.done]
        tell(f"{name}: answers", len(keys) - len(todo), total)
        settings = told.model_dump(include={"max_new_tokens", "temperature", "top_p", "top_k", "repetition_penalty"})
        replies = answer(
            endpoint,
            [item.asked for item in todo],
            settings=settings,
            tools=[item.tools for item in todo],
            tell=lambda sentence: tell(sentence, 0, 0),
            seed=seed,
        )
        for place, reply in replies:
            if reply.stop != "error":  # a fault may pass: it is asked again next time
                journal.add({keys[todo[place].id]: [reply.text, reply.stop, _tokens(reply), ""]})
            else:
                answers[todo[place].id, seed] = Answer("", "error", 0, reply.fault)
            tell(f"{name}: answers", 1, total)
        answers |= {(item, seed): Answer(*journal.done[key]) for item, key in keys.items() if key in journal.done}
    ordered = {(item.id, seed): answers[item.id, seed] for item in asked.answered for seed in told.draws}
    return Heard(name, identity, ordered, {}, {"notes": ["served"]})


def _tokens(reply: Reply) -> int:
    """As the server counts them; of one that doesn't, words."""
    return len(words(reply.text)) if reply.tokens_out is None else reply.tokens_out


def _harness(voice: Voice, asked: Asked) -> dict[str, Any]:
    """What lm-evaluation-harness measures; the journal of answers is not its cache."""
    from evalsuite.harness.own import own_tasks
    from evalsuite.harness.run import run, wrap
    from evalsuite.harness.tasks import load_tasks

    settings = asked.recipe.harness
    assert settings is not None
    own = []
    if settings.own:
        family = exact()
        own = own_tasks(
            _task_items(asked.items),
            settings.own,
            seed=asked.seed,
            score=_one_score,
            metrics=family.metrics,
            max_tokens=settings.max_tokens,
        )
    lm = wrap(
        voice.model,
        voice.chat.tokenizer,
        batch_size=1 if voice.identity["device"] == "cpu" else 8,
        max_length=min(context_of(voice.model), 8192),
    )
    return run(lm, load_tasks(settings, own=own), settings=settings, seed=asked.seed)


def _task_items(items: Sequence[Item]) -> pl.DataFrame:
    rows = [
        {
            "id": item.id,
            "prompt": [{"role": turn["role"], "content": turn["content"]} for turn in item.asked],
            "reference": item.reference,
            "language": item.language,
        }
        for item in items
        if item.set == "eval"
    ]
    return pl.DataFrame(rows)


def _one_score(reference: str, said: str) -> dict[str, float]:
    sample = Sample("", "", "", reference, said, languages_of([reference])[0])
    return {name: float(column.values[0]) for name, column in exact().score([sample]).items()}


def _spread(recipe: EvalRecipe) -> Generation:
    """Further draws at temperature 1, as SelfCheckGPT does (arXiv 2303.08896)."""
    seeds = tuple(range(1, max(recipe.selfcheck, 3) + 1))
    return Generation(max_new_tokens=recipe.generation.max_new_tokens, temperature=1.0, seeds=seeds)


def _own_answers(items: Sequence[Item], told: dict[tuple[str, int], Answer]) -> list[Item]:
    """The items with the model's own first answer in the reference's place; the turns before it don't count."""
    first = {name: answer for (name, _), answer in reversed(told.items())}
    found = []
    for item in items:
        before = tuple({**message, "weight": 0.0} for message in item.asked)
        said: Message = {"role": "assistant", "content": first[item.id].text}
        found.append(replace(item, messages=(*cast("tuple[Message, ...]", before), said)))
    return found


def _draws(answers: dict[tuple[str, int], Answer]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for (name, _), told in answers.items():
        found.setdefault(name, []).append(told.text)
    return found
