"""What an endpoint's answers have cost, and the cap on it."""

from collections.abc import Mapping

from schemas.endpoint.exchange import Reply
from schemas.endpoint.settings import Endpoint, Price
from schemas.errors import UserError

_MILLION = 1_000_000


def cost(price: Price | None, tokens_in: int, tokens_out: int) -> float:
    """What so many tokens cost; 0 without a price."""
    return 0.0 if price is None else (price.input * tokens_in + price.output * tokens_out) / _MILLION


class Purse:
    """The money that is left.

    Args:
        endpoint: Its `price` and `budget`.
        bill: `tokens_in` and `tokens_out` of what was paid before.
    """

    def __init__(self, endpoint: Endpoint, bill: Mapping[str, int]) -> None:
        self.endpoint = endpoint
        self.spent = cost(endpoint.price, bill["tokens_in"], bill["tokens_out"])
        self._dearest = 0.0
        self._open = 0

    def take(self) -> None:
        """Before a request: it and those on their way must fit into what is left, each as dear as the dearest so far.

        Raises:
            UserError: If they don't.
        """
        budget = self.endpoint.budget
        if budget is not None and self.spent + (self._open + 1) * self._dearest >= budget:
            unit = self.endpoint.price.currency if self.endpoint.price else ""
            raise UserError(
                f"the budget of {budget:g} {unit} for {self.endpoint.model} is spent ({self.spent:.4f} {unit} so far)",
                hint="raise budget in the recipe and run again: answers that are there are kept and cost nothing",
            )
        self._open += 1

    def pay(self, reply: Reply | None) -> None:
        """After a request, whatever came of it."""
        self._open -= 1
        if reply is not None:
            price = cost(self.endpoint.price, reply.tokens_in or 0, reply.tokens_out or 0)
            self.spent += price
            self._dearest = max(self._dearest, price)
