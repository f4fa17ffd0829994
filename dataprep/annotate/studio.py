"""A connection to a Label Studio server, through its SDK."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from dataprep.annotate.refusals import NEW_TOKEN, explain
from schemas.errors import UserError

_SECONDS = 120.0
"""Longest wait for one answer: 250 tasks are imported in half a second, on a busy machine in five."""


@dataclass(frozen=True)
class Studio:
    """A server that took the token.

    Attributes:
        url: Its address, without a slash at the end.
        user: The address (e-mail) of the token's owner.
        client: The SDK's client; it renews personal access tokens by itself.
    """

    url: str
    user: str
    client: Any = field(repr=False, compare=False)


@contextmanager
def open_studio(url: str = "", token: str = "") -> Iterator[Studio]:
    """Connect, and ask the server who the token's owner is.

    Args:
        url: Address of the server; else the environment's LABEL_STUDIO_URL.
        token: A personal access token or a legacy one; else the environment's LABEL_STUDIO_API_KEY.

    Raises:
        UserError: If no server answers there, it isn't Label Studio, or it refuses the token; or without the SDK.
    """
    url = _address(url or os.environ.get("LABEL_STUDIO_URL", ""))
    token = _token(token or os.environ.get("LABEL_STUDIO_API_KEY", ""), url)
    try:
        import httpx
        from label_studio_sdk import LabelStudio
    except ImportError:
        # Not by the extra: pip would take an older numpy, for an OpenCV that nothing here needs.
        raise UserError(
            "talking to Label Studio needs the package label-studio-sdk, which is not installed",
            hint="in gristmill's folder: make label",
        ) from None
    # A proxy can't reach this machine's own ports.
    outside = urlsplit(url).hostname not in {"localhost", "127.0.0.1", "::1"}
    with httpx.Client(timeout=_SECONDS, follow_redirects=True, trust_env=outside) as transport:
        with asking(url):
            client = LabelStudio(base_url=url, api_key=token, timeout=_SECONDS, httpx_client=transport)
            user = str(client.users.whoami().email)
        yield Studio(url, user, client)


@contextmanager
def asking(url: str, about: str = "") -> Iterator[None]:
    """Say faults of the SDK's calls in words for people.

    Args:
        url: The server's address.
        about: What the call was about, such as `project 7`; a server's 404 means that this is gone.

    Raises:
        UserError: In place of the SDK's errors and of its transport's.
    """
    import httpx
    from label_studio_sdk.core.api_error import ApiError

    try:
        yield
    except ApiError as fault:
        raise explain(fault.status_code or 0, fault.body, url=url, about=about) from None
    except httpx.TimeoutException:
        raise UserError(
            f"Label Studio at {url} took longer than {_SECONDS:g} seconds" + (f" ({about})" if about else ""),
            hint="run the command again: what has arrived is not sent twice",
        ) from None
    except httpx.HTTPError as fault:
        raise UserError(
            f"no Label Studio answers at {url} ({fault or type(fault).__name__})",
            hint="start it, or give its address with LABEL_STUDIO_URL; then run the command again",
        ) from None


def annotator_names(studio: Studio) -> dict[int, str]:
    """Who the server's users are: id -> e-mail."""
    with asking(studio.url):
        return {int(user.id): str(user.email) for user in studio.client.users.list()}


def _address(url: str) -> str:
    url = url.strip().rstrip("/")
    if not url:
        raise UserError("no address of a Label Studio server", hint="export LABEL_STUDIO_URL=http://127.0.0.1:8080")
    if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname:
        raise UserError(f"{url!r} is no address of a server", hint="write it as http://HOST:PORT")
    return url


def _token(token: str, url: str) -> str:
    token = token.strip()
    if not token:
        raise UserError(f"no token for Label Studio at {url}", hint=NEW_TOKEN)
    if not token.isascii() or not token.isprintable() or " " in token:
        raise UserError("LABEL_STUDIO_API_KEY holds characters that no token has", hint=NEW_TOKEN)
    return token
