from typing import Any

import pytest

from dataprep.annotate.refusals import explain

URL = "http://127.0.0.1:8080"
LEGACY = "Authentication token no longer valid: legacy token authentication has been disabled for this organization"


def body(detail: str, **more: Any) -> dict[str, Any]:
    """As the server writes it: the id is the error's own."""
    return {"id": "88427b4b-55f6", "status_code": 400, "version": "1.23.2", "detail": detail, **more}


@pytest.mark.parametrize(
    ("status", "reply", "told", "hint"),
    [
        (401, body("Invalid token."), "doesn't know this token (Invalid token.)", "Personal Access Token"),
        (401, body(LEGACY), "has legacy tokens switched off", "Personal Access Token"),
        (401, "", "doesn't know this token", "Personal Access Token"),
        (403, body("You do not have permission"), "may not do this at http://127.0.0.1:8080: project 7", "right"),
        (404, body("No Project matches the given query."), "has no project 7 (any more)", "number or title"),
        (500, body("boom"), "failed by itself (HTTP 500, project 7): boom", "log"),
        (500, body("object has no attribute 'db_predictions'"), "can't read one of the pre-annotations", "from_name"),
        (200, "<html>\n <b>你好</b></html>", "is not Label Studio (HTTP 200)", "address"),
        (404, "no page", "is not Label Studio (HTTP 404)", "address"),
        (200, None, "is not Label Studio", "address"),
        (400, body("Bad"), "refuses project 7 (HTTP 400): Bad", "mend"),
        (
            400,
            body("Validation error", validation_errors={"title": ["Ensure this field has at least 3 characters."]}),
            "title: Ensure this field has at least 3 characters.",
            "mend",
        ),
        (
            400,
            body("Validation error", validation_errors={"non_field_errors": ["Error at item 0", "and 1"], "x": "y"}),
            "(HTTP 400): Error at item 0 and 1; x: y",
            "mend",
        ),
        (400, body("Validation error", validation_errors={}), "Validation error", "mend"),
    ],
)
def test_a_refusal_says_what_and_what_next(status: int, reply: Any, told: str, hint: str) -> None:
    fault = explain(status, reply, url=URL, about="project 7")
    assert told in fault.message
    assert hint in fault.hint
    assert "88427b4b" not in fault.message
    assert fault.exit_code == 2


def test_without_a_subject() -> None:
    assert "has no such page (any more)" in explain(404, body("x"), url=URL).message
    assert "refuses what was asked for" in explain(400, body("x"), url=URL).message


def test_a_long_reply_is_cut() -> None:
    assert len(explain(500, body("长" * 10_000), url=URL).message) < 500
