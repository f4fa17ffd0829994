"""The settings of an OpenAI-compatible endpoint, and its key, which is read late and shown nowhere."""

import ipaddress
import os
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from schemas.config import Section
from schemas.errors import UserError

DEFAULT_KEY = "OPENAI_API_KEY"


class Price(Section):
    """What a million tokens cost."""

    input: Annotated[float, Field(ge=0)]
    output: Annotated[float, Field(ge=0)]
    currency: str = "USD"


class Endpoint(Section):
    """A served model and how patiently it is asked. Secrets have no place here: `key_env` only names one."""

    base_url: str
    """Up to and with `/v1`, such as `http://127.0.0.1:8000/v1`."""
    model: Annotated[str, Field(min_length=1)]
    key_env: str | None = None
    """Environment variable with the key. Null: none for a server of one's own network, else `OPENAI_API_KEY`."""
    concurrency: Annotated[int, Field(ge=1, le=1024)] = 8
    deadline: Annotated[float, Field(gt=0)] = 120.0
    """Seconds of one try, from the first byte sent to the last received."""
    attempts: Annotated[int, Field(ge=1)] = 5
    """Tries of one request; waiting for a rate limit costs none."""
    backoff: Annotated[float, Field(gt=0)] = 0.5
    """Seconds before the second try; they double from try to try, up to 30."""
    patience: Annotated[float, Field(ge=0)] = 600.0
    """Seconds that one request waits for rate limits altogether."""
    temperature: Annotated[float, Field(ge=0, le=2)] | None = 0.0
    """Null doesn't send it: some reasoning models refuse it."""
    max_tokens: Annotated[int, Field(ge=1)] | None = 512
    """Null doesn't send it."""
    requests_per_minute: Annotated[int, Field(ge=1)] | None = None
    tokens_per_minute: Annotated[int, Field(ge=1)] | None = None
    """What the account may use; null starts requests as fast as answers come."""
    price: Price | None = None
    budget: Annotated[float, Field(gt=0)] | None = None
    """The most that all answers of this model may cost, in the currency of `price`."""
    extra: dict[str, Any] = Field(default_factory=dict)
    """Further parameters of every request, such as `chat_template_kwargs` or `max_completion_tokens`."""

    @model_validator(mode="after")
    def _priced(self) -> "Endpoint":
        if self.budget is not None and self.price is None:
            raise ValueError("a budget needs a price: {input: 0.15, output: 0.6}, for a million tokens")
        return self

    @field_validator("base_url")
    @classmethod
    def _plain_address(cls, told: str) -> str:
        url = told.strip().rstrip("/").removesuffix("/chat/completions")
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.port == 0:  # checks the port's range
            raise ValueError("an address such as http://127.0.0.1:8000/v1")
        if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
            raise ValueError("no password or query in the address: it is written into reports; name the key by key_env")
        return url


def is_local(endpoint: Endpoint) -> bool:
    """Whether the server stands on this machine or its network: such servers need no key and no proxy."""
    host = urlsplit(endpoint.base_url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return "." not in host or host.endswith(".local")


def read_key(endpoint: Endpoint) -> str:
    """The key to send; a placeholder where none is needed, because the client insists on one.

    Raises:
        UserError: If the variable is unset, or holds what no header can carry.
    """
    if endpoint.key_env is None and is_local(endpoint):
        return "none"
    name = endpoint.key_env or DEFAULT_KEY
    key = os.environ.get(name, "").strip()
    if not key:
        raise UserError(f"{endpoint.base_url} needs a key, and {name} is not set", hint=f"export {name}=YOUR_KEY")
    if not (key.isascii() and key.isprintable()):
        raise UserError(f"the key in {name} has characters that no key has", hint=f"export {name}=YOUR_KEY")
    return key
