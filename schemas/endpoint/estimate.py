"""What requests will come to, before any is sent."""

from collections.abc import Sequence
from dataclasses import dataclass

from schemas.endpoint.cache import Cache, key_of
from schemas.endpoint.exchange import Request
from schemas.endpoint.purse import cost
from schemas.endpoint.settings import Endpoint
from schemas.text.tokens import guess_tokens


@dataclass(frozen=True)
class Estimate:
    """What is ahead.

    Attributes:
        calls: Requests to be sent; equal ones once.
        known: Requests whose answers are there already.
        tokens_in: Of all prompts to be sent, guessed from their characters.
        tokens_out: Of all answers: as long as this model's answers were so far, else as long as they may get.
        cost: Of both, in the currency of the endpoint's price; None without a price.
    """

    calls: int
    known: int
    tokens_in: int
    tokens_out: int
    cost: float | None


def estimate(endpoint: Endpoint, requests: Sequence[Request], *, cache: Cache | None = None) -> Estimate:
    """Guess at requests.

    Args:
        endpoint: Who would be asked.
        requests: n requests.
        cache: Answers of earlier runs.
    """
    ahead = {key_of(endpoint, request): request for request in requests}
    if cache is not None:
        ahead = {key: request for key, request in ahead.items() if cache.get(key) is None}
    known = sum(key_of(endpoint, request) not in ahead for request in requests)
    tokens_in = round(sum(_tokens(request) for request in ahead.values()))
    tokens_out = round(len(ahead) * _answer(endpoint, cache))
    price = endpoint.price
    told = None if price is None else cost(price, tokens_in, tokens_out)
    return Estimate(len(ahead), known, tokens_in, tokens_out, told)


def _tokens(request: Request) -> float:
    return sum(guess_tokens(str(message.get("content") or "")) for message in request.messages)


def _answer(endpoint: Endpoint, cache: Cache | None) -> float:
    """Tokens of an answer."""
    bill = cache.bill(endpoint) if cache is not None else {"answers": 0, "tokens_out": 0}
    if bill["answers"] and bill["tokens_out"]:
        return bill["tokens_out"] / bill["answers"]
    return endpoint.max_tokens or 0
