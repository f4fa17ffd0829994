"""What goes wrong with an endpoint, sorted: worth another try, wrong for this request only, or wrong for all."""

import email.utils
import time
from collections.abc import Mapping
from typing import Any

from schemas.endpoint.settings import DEFAULT_KEY, Endpoint
from schemas.errors import UserError


class Again(Exception):
    """A fault that another try may not meet.

    Args:
        name: A short name, such as `timeout` or `http_503`.
        detail: What the server said, without the key.
        wait: Seconds that the server asks everybody to wait; null where it doesn't say.
    """

    def __init__(self, name: str, detail: str, wait: float | None = None) -> None:
        super().__init__(f"{name}: {detail}")
        self.name, self.wait = name, wait


class Refused(Exception):
    """A request that the server will never answer, while it answers others.

    Args:
        name: A short name, such as `context_length`.
        detail: What the server said, without the key.
    """

    def __init__(self, name: str, detail: str) -> None:
        super().__init__(f"{name}: {detail}")
        self.name = name


OWN_FAULTS = {
    "content_filter": ("content_filter", "content management policy", "data_inspection_failed"),
    "context_length": ("context_length", "context length", "maximum context", "context size", "context window"),
}
"""Faults that lie in the text of one request, and how OpenAI, Azure, DashScope, vLLM and llama.cpp word them."""


_NO_CONNECTION = {"ConnectError", "ClientConnectorError"}
"""Of httpx2 and of aiohttp. openai calls all faults of aiohttp's connections timeouts, hence the look at the first."""


def sort_fault(fault: Exception, endpoint: Endpoint, key: str) -> Again | Refused | UserError:
    """What an exception of the client comes to.

    Args:
        fault: Raised while asking.
        endpoint: Who was asked.
        key: What must not be repeated.
    """
    import openai

    if isinstance(fault, Again | Refused | UserError):
        return fault
    if isinstance(fault, TimeoutError):
        return Again("timeout", f"no answer within {endpoint.deadline:g} s")
    if isinstance(fault, openai.APIStatusError):
        return _sort_status(fault.status_code, fault.response.headers, _said(fault, key), endpoint)
    names = {kind.__name__ for one in _causes(fault) for kind in type(one).__mro__}
    if isinstance(fault, openai.APIConnectionError) or "ClientError" in names:
        name = "unreachable" if names & _NO_CONNECTION else "connection"
        return Again(name, str(_causes(fault)[-1]) or type(fault).__name__)
    raise fault


def _causes(fault: BaseException) -> list[BaseException]:
    """A fault and what caused it, down to the first."""
    found = [fault]
    while (cause := found[-1].__cause__) is not None:
        found.append(cause)
    return found


def nobody_there(endpoint: Endpoint, detail: str) -> UserError:
    """Nothing listens at the address."""
    return UserError(
        f"nothing answers at {endpoint.base_url} ({detail})",
        hint=f"start the server or mend base_url, then: curl {endpoint.base_url}/models",
    )


def _said(fault: Any, key: str) -> str:
    """The first words of the server's message; a key that it echoes is blacked out."""
    body = fault.body if isinstance(fault.body, dict) else {}
    told = f"{body.get('code') or ''} {body.get('message') or fault.response.text}".strip()
    return " ".join(told.replace(key, "***").split())[:200]


def _sort_status(status: int, headers: Mapping[str, str], said: str, endpoint: Endpoint) -> Again | Refused | UserError:
    if (hopeless := _hopeless(status, said, endpoint)) is not None:
        return hopeless
    if status in {408, 409, 425, 429} or status >= 500:
        wait = _retry_after(headers)
        if wait is not None and wait > endpoint.patience:
            hint = "run again later, or raise the endpoint's patience"
            return UserError(f"{endpoint.base_url} asks to wait {wait:.0f} s ({status})", hint=hint)
        return Again("rate_limited" if status == 429 else f"http_{status}", said, wait)
    low = said.lower()
    name = next((name for name, signs in OWN_FAULTS.items() if any(sign in low for sign in signs)), f"http_{status}")
    return Refused(name, said)


def _hopeless(status: int, said: str, endpoint: Endpoint) -> UserError | None:
    """The error of a status that no request gets past."""
    url, model = endpoint.base_url, endpoint.model
    if status == 401:  # the server's words may hold a part of the key
        name = endpoint.key_env or DEFAULT_KEY
        return UserError(f"{url} refuses the key (401)", hint=f"key_env names its variable: export {name}=YOUR_KEY")
    if status == 402 or (status == 429 and "insufficient_quota" in said):
        return UserError(f"the account at {url} has no credit left ({status})", hint="top it up, then run again")
    if status == 403:
        return UserError(f"{url} forbids the model {model} to this key (403)", hint=f"curl {url}/models")
    if status in {404, 405}:
        hint = f"curl {url}/models lists what it serves; most addresses end in /v1"
        return UserError(f"{url} has no model {model} ({status}: {said})", hint=hint)
    return None


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds of `Retry-After`, which is a number or a date (RFC 9110, 10.2.3)."""
    told = headers.get("retry-after")
    if not told:
        return None
    try:
        return max(0.0, float(told))
    except ValueError:
        date = email.utils.parsedate_tz(told)
        return max(0.0, email.utils.mktime_tz(date) - time.time()) if date else None
