"""Two ways to another wording: a model rewrites a text, or translates it away and back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from dataprep.augment import rewording
from dataprep.workers import Watch, unwatched
from schemas.endpoint import Cache, Endpoint, Reply, Request, ask, key_of

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Wish:
    """One rewrite that is wanted.

    Attributes:
        text: The text as it is.
        language: Its language, such as `zh`.
        style: One of `rewording.styles`, or `backtranslation`.
        sample: Which draw of the same wish it is, from 0.
        pivots: For a back-translation: the languages on the way, such as `("fr",)`.
    """

    text: str
    language: str
    style: str
    sample: int = 0
    pivots: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rewrite:
    """What came of a wish.

    Attributes:
        text: The new wording; "" where there is none.
        finish: `stop`, `length` (cut at the limit of tokens) or `error`.
        fault: Why there is none; else "".
        key: The cache's, of the last request.
        tokens_in: Of all prompts on the way.
        tokens_out: Of all answers on the way.
    """

    text: str
    finish: str
    fault: str = ""
    key: str = ""
    tokens_in: int = 0
    tokens_out: int = 0


def paraphrase(
    endpoint: Endpoint, wishes: Sequence[Wish], *, cache: Cache, tell: Tell, seed: int, watch: Watch = unwatched
) -> list[Rewrite]:
    """Let a model rewrite each text in its style.

    Args:
        endpoint: The model.
        wishes: n wishes.
        cache: Keeps what was paid for.
        tell: Called with a sentence whenever there is something to wait for.
        seed: Of the draws, and of the jitter between tries.
        watch: Told of every answer that comes.

    Returns:
        n rewrites, as they came: nothing is accepted yet.

    Raises:
        UserError: If the endpoint can't be used at all, or its budget is spent.
    """
    heard = watch("paraphrase", len(wishes), endpoint.price)
    return _all(endpoint, reworded(wishes), heard, cache=cache, tell=tell, seed=seed)


def reworded(wishes: Sequence[Wish]) -> list[Request]:
    """What a paraphrase asks for each wish."""
    return [
        rewording.rewrite(wish.text, language=wish.language, style=wish.style, sample=wish.sample) for wish in wishes
    ]


def backtranslate(
    endpoint: Endpoint, wishes: Sequence[Wish], *, cache: Cache, tell: Tell, seed: int, watch: Watch = unwatched
) -> list[Rewrite]:
    """Let a model translate each text through its pivots and back to its own language; arguments as above.

    A text that is lost on the way stays lost.
    """
    found = [Rewrite(wish.text, "stop") for wish in wishes]
    heard = watch("back-translation", sum(1 + len(wish.pivots) for wish in wishes), endpoint.price)
    for step in range(1 + max((len(wish.pivots) for wish in wishes), default=0)):
        going = [
            place
            for place, (wish, sofar) in enumerate(zip(wishes, found, strict=True))
            if step <= len(wish.pivots) and sofar.finish == "stop"
        ]
        requests = [leg(wishes[place], found[place].text, step) for place in going]
        legs = _all(endpoint, requests, heard, cache=cache, tell=tell, seed=seed)
        for place, told in zip(going, legs, strict=True):
            before = found[place]
            found[place] = replace(
                told,
                tokens_in=before.tokens_in + told.tokens_in,
                tokens_out=before.tokens_out + told.tokens_out,
            )
    return found


def leg(wish: Wish, text: str, step: int) -> Request:
    """The step-th translation: to the next pivot, at last to the language of the text."""
    into = (*wish.pivots, wish.language)[step]
    return rewording.translate(text, into=into, words=wish.language, sample=wish.sample)


def _all(
    endpoint: Endpoint,
    requests: Sequence[Request],
    heard: Callable[[Reply], None],
    *,
    cache: Cache,
    tell: Tell,
    seed: int,
) -> list[Rewrite]:
    seeded = [drawn(endpoint, request, seed) for request in requests]
    found: dict[int, Rewrite] = {}
    for place, reply in ask(endpoint, seeded, cache=cache, tell=tell, seed=seed):
        found[place] = _rewrite(reply, key_of(endpoint, seeded[place]))
        heard(reply)
    return [found[place] for place in range(len(requests))]


def _rewrite(reply: Reply, key: str) -> Rewrite:
    finish = "stop" if reply.stop == "eos" else reply.stop
    text = reply.text.rpartition("</think>")[2].strip()
    return Rewrite(text, finish, reply.fault, key, reply.tokens_in or 0, reply.tokens_out or 0)


def drawn(endpoint: Endpoint, request: Request, seed: int) -> Request:
    """A request with the seed of its draw, where the endpoint draws at all."""
    if not endpoint.temperature:
        return request
    return replace(request, parameters={**request.parameters, "seed": seed + request.sample})
