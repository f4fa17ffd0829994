"""The blind sheet: order hidden, formulas guarded, read back whatever a spreadsheet made of it."""

import csv
import io
from pathlib import Path

import pytest

from evalsuite.report.blind import COLUMNS, human_panel, read_sheet, set_aside, sign_test, write_sheet
from schemas.errors import UserError

SEED = 7


def items(count: int) -> list[dict[str, str]]:
    return [
        {"id": f"{n:04d}", "question": f"第 {n} 题？", "context": "", "base": f"base {n}", "tuned": f"tuned {n}"}
        for n in range(count)
    ]


def records(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))


def fill(path: Path, said: list[str], *, encoding: str = "utf-8-sig", delimiter: str = ",") -> None:
    told = records(path)
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, delimiter=delimiter)
    writer.writeheader()
    for record, better in zip(told, said, strict=True):
        writer.writerow({**record, "better": better})
    path.write_bytes(text.getvalue().encode(encoding))


def letter(record: dict[str, str], side: str) -> str:
    return "A" if record["A"].startswith(side) else "B"


def test_the_order_is_random_hidden_and_repeatable(tmp_path: Path) -> None:
    one, two = tmp_path / "1.csv", tmp_path / "2.csv"
    assert write_sheet(items(200), one, seed=SEED) == 50
    write_sheet(items(200)[::-1], two, seed=SEED)
    assert one.read_bytes() == two.read_bytes()
    told = records(one)
    assert 12 <= sum(letter(record, "tuned") == "A" for record in told) <= 38
    assert tuple(told[0]) == COLUMNS
    assert one.read_bytes().startswith(b"\xef\xbb\xbf")
    write_sheet(items(200), two, seed=SEED + 1)
    assert records(two) != told


def test_equal_answers_are_not_asked(tmp_path: Path) -> None:
    same = {"id": "x", "question": "q", "context": None, "base": "yes", "tuned": " yes\n"}
    assert write_sheet([same, *items(2)], tmp_path / "s.csv", seed=SEED) == 2


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", " =1", "\r=1"])
def test_formulas_are_guarded(tmp_path: Path, text: str) -> None:
    path = tmp_path / "s.csv"
    write_sheet([{"id": text, "question": text, "context": text, "base": text, "tuned": text + "2"}], path, seed=SEED)
    [record] = records(path)
    assert all(record[key].startswith("'") for key in ("id", "question", "context", "A", "B"))
    fill(path, ["tie"])
    assert read_sheet(path, seed=SEED).ties == 1


@pytest.mark.parametrize("text", ["", "  ", "说“好”，\n再见", "😀", "a\x00\ud800", "x" * 100_000])
def test_any_text_comes_back(tmp_path: Path, text: str) -> None:
    path = tmp_path / "s.csv"
    write_sheet(
        [{"id": f"1{text[:9]}", "question": text, "context": text, "base": text, "tuned": "2"}], path, seed=SEED
    )
    fill(path, ["平"])
    assert tuple(read_sheet(path, seed=SEED)) == (0, 0, 1, 0)


@pytest.mark.parametrize(
    ("encoding", "delimiter"), [("utf-8-sig", ","), ("utf-8", ";"), ("gb18030", ","), ("utf-8", "\t")]
)
def test_judgements_are_undone(tmp_path: Path, encoding: str, delimiter: str) -> None:
    path = tmp_path / "s.csv"
    write_sheet(items(6), path, seed=SEED)
    told = records(path)
    said = [
        letter(told[0], "tuned"),
        f" {letter(told[1], 'tuned').lower()} ",
        {"A": "甲", "B": "乙"}[letter(told[2], "base")],
        "Tie",
        " 平局。",
        " ",
    ]
    fill(path, said, encoding=encoding, delimiter=delimiter)
    assert tuple(read_sheet(path, seed=SEED)) == (2, 1, 2, 1)
    assert human_panel(path, seed=SEED) == {"wins": 2, "losses": 1, "ties": 2, "blank": 1, "p": pytest.approx(0.625)}


def test_faults_name_their_rows(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    write_sheet(items(3), path, seed=SEED)
    fill(path, ["A", "maybe", "C"])
    with pytest.raises(UserError, match=r"row 3: 'maybe' is none of A, B, tie[^\n]*\n  row 4: 'C'"):
        read_sheet(path, seed=SEED)
    fill(path, ["A", "B", "tie"])
    with pytest.raises(UserError, match="row 2: id or check was changed, or another evaluation wrote the sheet"):
        read_sheet(path, seed=SEED + 1)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (None, "no sheet at"),
        (b"", "lacks the column"),
        (b"id,better\n1,A\n", "lacks the column check"),
        (b"id,check,better\n", "nothing is filled in"),
    ],
)
def test_what_is_no_sheet_is_refused(tmp_path: Path, data: bytes | None, message: str) -> None:
    path = tmp_path / "s.csv"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(UserError, match=message):
        read_sheet(path, seed=SEED)


@pytest.mark.parametrize(
    ("wins", "losses", "p"),
    [
        (0, 0, 1.0),
        (1, 0, 0.5),  # 2 * (1/2) - 1/2
        (3, 3, 1.0),
        (5, 0, 1 / 32),
        (0, 5, 1 / 32),
        (9, 1, 2 * 11 / 1024 - 10 / 1024),
        (600, 500, 0.002564772797753159),  # 2 * scipy.stats.binom.cdf - pmf
    ],
)
def test_sign_test_by_hand(wins: int, losses: int, p: float) -> None:
    assert sign_test(wins, losses) == pytest.approx(p, abs=1e-12)


def test_a_sheet_that_people_have_begun_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "blind.csv"
    assert set_aside(path) is None
    write_sheet(items(2), path, seed=SEED)
    assert set_aside(path) is None
    for number in (1, 2):
        write_sheet(items(2), path, seed=SEED)
        fill(path, ["", "A"])
        kept = tmp_path / f"blind.judged-{number}.csv"
        assert set_aside(path) == kept
        assert read_sheet(kept, seed=SEED).blank == 1
        assert not path.exists()
    path.write_bytes(b"no,sheet\n")
    assert set_aside(path) == tmp_path / "blind.judged-3.csv"
