import pytest

from evalsuite.personal import has_personal

CARD = "4111111111111111"  # the well-known test number
IDENTITY = "11010519491231002X"  # the example of GB 11643-1999


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("", []),
        ("今天天气很好。", []),
        ("写信到a.b+c@mail.example.com吧", ["email"]),
        ("a@b", []),
        ("电话13812345678谢谢", ["mobile"]),
        ("+86 138-1234-5678", ["mobile"]),
        ("12812345678", []),
        ("订单号213812345678", []),  # a longer number
        (f"身份证{IDENTITY}。", ["identity_card"]),
        (IDENTITY.lower(), ["identity_card"]),
        ("110105194912310021", []),  # wrong check character
        ("11010519491331002X", []),  # month 13
        (f"卡号{CARD}", ["bank_card"]),
        ("4111 1111 1111 1111", ["bank_card"]),
        ("4111111111111112", []),
        ("0000000000000000", []),
        ("服务器192.168.10.25上", ["ip"]),
        ("版本1.2.3", []),
        ("256.1.1.1", []),
        ("127.0.0.1", []),
        ("1.2.3.4.5", []),
        ("https://x.example/cb?a=1&access_token=abcdef123", ["secret_url"]),
        ("https://x.example/?page=2", []),
        (f"13812345678 a@b.cn {CARD}", ["email", "mobile", "bank_card"]),
    ],
)
def test_kinds(text: str, kinds: list[str]) -> None:
    assert has_personal(text) == kinds
