"""What a Label Studio server's refusals mean, and what to do about them."""

from collections.abc import Iterator
from typing import Any

from schemas.errors import UserError

NEW_TOKEN = (
    "in Label Studio: your initials (top right) > Account & Settings > Personal Access Token > Create New Token; "
    "then export LABEL_STUDIO_API_KEY=..."
)
"""How to get a token that every version from 1.17 on takes."""

_EXCERPT = 300


def explain(status: int, body: Any, *, url: str, about: str = "") -> UserError:
    """The error for a refused call.

    Args:
        status: HTTP status.
        body: The reply: JSON, or the text of something else.
        url: The server's address.
        about: What the call was about, such as `project 7`.
    """
    told = "; ".join(_sentences(body))[:_EXCERPT]
    what = about or "what was asked for"
    if not isinstance(body, dict) and status not in {401, 403}:
        message = f"what answers at {url} is not Label Studio (HTTP {status})"
        hint = "check the address; it is the one that the browser shows, without a path"
    elif status == 401 and "legacy" in told.lower():
        message = f"Label Studio at {url} has legacy tokens switched off, and this is one"
        hint = NEW_TOKEN
    elif status == 401:
        message = f"Label Studio at {url} doesn't know this token ({told})"
        hint = NEW_TOKEN
    elif status == 403:
        message = f"the token's owner may not do this at {url}: {what} ({told})"
        hint = "ask who manages the project for the right, or use the token of somebody who has it"
    elif status == 404:
        message = f"Label Studio at {url} has no {about or 'such page'} (any more)"
        hint = "check the project's number or title on its page of projects"
    elif "db_predictions" in told:  # the server falls over its own report of the fault
        message = f"Label Studio at {url} can't read one of the pre-annotations ({what})"
        hint = "mend it (each result is an object with from_name, to_name, type and value), then push again"
    elif status >= 500:
        message = f"Label Studio at {url} failed by itself (HTTP {status}, {what}): {told}"
        hint = "look into its log, then run the command again: nothing is done twice"
    else:
        message = f"Label Studio at {url} refuses {what} (HTTP {status}): {told}"
        hint = "mend what it names, then run the command again"
    return UserError(message, hint=hint)


def _sentences(body: Any) -> Iterator[str]:
    """What a reply says; its `id` is the error's own, and the detail says nothing where faults are listed."""
    if not isinstance(body, dict):
        yield " ".join(str(body).split())
        return
    faults = body.get("validation_errors")
    if isinstance(faults, dict) and faults:
        for name, sentences in faults.items():
            told = " ".join(map(str, sentences)) if isinstance(sentences, list) else str(sentences)
            yield told if name == "non_field_errors" else f"{name}: {told}"
    else:
        yield str(body.get("detail") or body)
