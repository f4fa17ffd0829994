"""Two ways to another wording: a model rewrites a text, or translates it away and back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from dataprep.augment import rewording
from schemas.endpoint import Cache, Endpoint, Reply, Request, ask

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
    """

    text: str
    finish: str
    fault: str = ""


def paraphrase(endpoint: Endpoint, wishes: Sequence[Wish], *, cache: Cache, tell: Tell, seed: int) -> list[Rewrite]:
    """Let a model rewrite each text in its style.

    Args:
        endpoint: The model.
        wishes: n wishes.
        cache: Keeps what was paid for.
        tell: Called with a sentence whenever there is something to wait for.
        seed: Of the jitter between tries.

    Returns:
        n rewrites, as they came: nothing is accepted yet.

    Raises:
        UserError: If the endpoint can't be used at all, or its budget is spent.
    """
    requests = [
        rewording.rewrite(wish.text, language=wish.language, style=wish.style, sample=wish.sample) for wish in wishes
    ]
    return _all(endpoint, requests, cache=cache, tell=tell, seed=seed)


def backtranslate(endpoint: Endpoint, wishes: Sequence[Wish], *, cache: Cache, tell: Tell, seed: int) -> list[Rewrite]:
    """Let a model translate each text through its pivots and back to its own language; arguments as above.

    A text that is lost on the way stays lost.
    """
    found = [Rewrite(wish.text, "stop") for wish in wishes]
    for step in range(1 + max((len(wish.pivots) for wish in wishes), default=0)):
        going = [
            place
            for place, (wish, sofar) in enumerate(zip(wishes, found, strict=True))
            if step <= len(wish.pivots) and sofar.finish == "stop"
        ]
        requests = [_leg(wishes[place], found[place].text, step) for place in going]
        for place, told in zip(going, _all(endpoint, requests, cache=cache, tell=tell, seed=seed), strict=True):
            found[place] = told
    return found


def _leg(wish: Wish, text: str, step: int) -> Request:
    """The step-th translation: to the next pivot, at last to the language of the text."""
    into = (*wish.pivots, wish.language)[step]
    return rewording.translate(text, into=into, words=wish.language, sample=wish.sample)


def _all(endpoint: Endpoint, requests: Sequence[Request], *, cache: Cache, tell: Tell, seed: int) -> list[Rewrite]:
    seeded = [
        replace(request, parameters={**request.parameters, "seed": seed + request.sample})
        if endpoint.temperature
        else request
        for request in requests
    ]
    found: dict[int, Rewrite] = {}
    for place, reply in ask(endpoint, seeded, cache=cache, tell=tell, seed=seed):
        found[place] = _rewrite(reply)
    return [found[place] for place in range(len(requests))]


def _rewrite(reply: Reply) -> Rewrite:
    finish = "stop" if reply.stop == "eos" else reply.stop
    return Rewrite(reply.text.rpartition("</think>")[2].strip(), finish, reply.fault)
