import sys

import pytest

from dataprep.annotate.studio import open_studio
from schemas.errors import UserError


@pytest.mark.parametrize(
    ("url", "token", "told", "hint"),
    [
        ("", "a" * 40, "no address", "LABEL_STUDIO_URL"),
        ("  ", "a" * 40, "no address", "LABEL_STUDIO_URL"),
        ("127.0.0.1:8080", "a" * 40, "is no address of a server", "http://HOST:PORT"),
        ("ftp://127.0.0.1", "a" * 40, "is no address of a server", "http://HOST:PORT"),
        ("http://127.0.0.1:9", "", "no token", "Personal Access Token"),
        ("http://127.0.0.1:9", "令牌", "characters that no token has", "Personal Access Token"),
        ("http://127.0.0.1:9", "a b", "characters that no token has", "Personal Access Token"),
        ("http://127.0.0.1:9", "a" * 40, "needs the package label-studio-sdk", "make label"),
    ],
)
def test_what_is_missing_is_named(url: str, token: str, told: str, hint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LABEL_STUDIO_URL", raising=False)
    monkeypatch.delenv("LABEL_STUDIO_API_KEY", raising=False)
    monkeypatch.setitem(sys.modules, "label_studio_sdk", None)
    with pytest.raises(UserError, match=told) as fault, open_studio(url, token):
        pass
    assert hint in fault.value.hint
