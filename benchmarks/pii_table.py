"""Precision and recall of the PII kinds on our labelled set, beside Data-Juicer's and datatrove's expressions.

    python -m benchmarks.pii_table [--half open|held|fresh|second] [--peers SITE_PACKAGES] [--errors]

A span is right when it has the label's kind and covers the same characters: intersection over union at least 0.7, for
addresses 0.5. The peers' expressions are read from their installed files (`pip install --no-deps --target
SITE_PACKAGES py-data-juicer==1.6.1 datatrove`): `pii_redaction_mapper.py` of Data-Juicer, every expression that fits a
kind, and `pii.py` of datatrove. A peer is credited with a kind whenever one of its expressions covers the label.
"""

import argparse
import ast
import ipaddress
import re
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import orjson

from dataprep.pii import KINDS, find
from dataprep.pii.detector import Span

FOLDER = Path(__file__).parent / "pii_spans"
JUICER = {
    "email": "email",
    "secret_kv": "api_key",
    "jwt": "api_key",
    "pem_block": "private_key",
    "phone_cn": "cn_mobile",
    "id_card_cn": "cn_id",
    "ipv4": "ip",
}
Finder = Callable[[str], list[Span]]


def labelled(half: str) -> list[tuple[str, str, list[Span]]]:
    """`id, text, spans` of one half of the set."""
    lines = (FOLDER / f"{half}.jsonl").read_bytes().splitlines()
    rows = map(orjson.loads, lines)
    return [(row["id"], row["text"], [Span(**span) for span in row["spans"]]) for row in rows]


def covers(found: Span, wanted: Span) -> bool:
    """True when two spans of one kind are the same in essence."""
    shared = min(found.end, wanted.end) - max(found.start, wanted.start)
    union = max(found.end, wanted.end) - min(found.start, wanted.start)
    return found.kind == wanted.kind and shared >= (0.5 if wanted.kind == "address" else 0.7) * union


def score(
    rows: Iterable[tuple[str, str, list[Span]]], finder: Finder, *, errors: bool = False
) -> dict[str, Counter[str]]:
    """Hits, misses and false alarms of each kind."""
    counts: dict[str, Counter[str]] = {kind: Counter() for kind in KINDS}
    for name, text, wanted in rows:
        found = finder(text)
        for span in wanted:
            hit = any(covers(other, span) for other in found)
            counts[span.kind]["hit" if hit else "missed"] += 1
            if errors and not hit:
                print(f"missed {span.kind} {name}: {text[span.start : span.end]!r} in {text!r}")
        for span in found:
            if not any(covers(span, other) for other in wanted):
                counts[span.kind]["false"] += 1
                if errors:
                    print(f"false {span.kind} {name}: {text[span.start : span.end]!r} in {text!r}")
    return counts


def juicer(folder: Path) -> Finder:
    """Data-Juicer's expressions, from its installed file."""
    tree = ast.parse((folder / "data_juicer/ops/mapper/pii_redaction_mapper.py").read_text())
    made = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "_compile_patterns")
    names: dict[str, object] = {"re": re}
    exec(compile(ast.Module([made], []), "pii_redaction_mapper", "exec"), names)
    patterns = names["_compile_patterns"]()  # type: ignore[operator]

    def finder(text: str) -> list[Span]:
        spans = {
            Span(*match.span(2 if name == "secret_kv" else 0), kind)
            for name, kind in JUICER.items()
            if name in patterns
            for match in patterns[name].finditer(text)
        }
        # Its one expression for numbers abroad is credited with the kind that the country names.
        for match in patterns["phone_intl"].finditer(text):
            spans.add(Span(*match.span(), "us_phone" if match[0].startswith("+1") else "cn_mobile"))
        return sorted(spans)

    return finder


def trove(folder: Path) -> Finder:
    """Datatrove's two expressions, from its installed file; like datatrove, only public IPs count."""
    tree = ast.parse((folder / "datatrove/pipeline/formatters/pii.py").read_text())
    calls = [
        node for node in ast.walk(tree) if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "PIIReplacer"
    ]
    email, address = (re.compile(ast.literal_eval(call.args[0])) for call in calls)

    def finder(text: str) -> list[Span]:
        public = [match for match in address.finditer(text) if _is_public(match[0])]
        found = [Span(*match.span(), "email") for match in email.finditer(text)]
        return found + [Span(*match.span(), "ip") for match in public]

    return finder


def _is_public(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_global
    except ValueError:
        return False


def share(counts: Counter[str], other: str) -> str:
    """Hits as a share of hits and others; a dash where there are none."""
    total = counts["hit"] + counts[other]
    return f"{counts['hit'] / total:.2f}" if total else "-"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--half", choices=["open", "held", "fresh", "second"], default="open")
    parser.add_argument("--peers", type=Path)
    parser.add_argument("--errors", action="store_true", help="print what was missed or found wrongly")
    asked = parser.parse_args()
    rows = labelled(asked.half)
    finders: dict[str, Finder] = {"gristmill": lambda text: find(text, kinds=KINDS)}
    if asked.peers:
        finders |= {"Data-Juicer": juicer(asked.peers), "datatrove": trove(asked.peers)}
    scores = {
        name: score(rows, finder, errors=asked.errors and name == "gristmill") for name, finder in finders.items()
    }
    print("| kind | spans |" + "".join(f" {name}: precision | recall |" for name in finders))
    print("|---|---|" + "---|---|" * len(finders))
    for kind in KINDS:
        spans = sum(span.kind == kind for _, _, wanted in rows for span in wanted)
        cells = (f" {share(told[kind], 'false')} | {share(told[kind], 'missed')} |" for told in scores.values())
        if spans or any(told[kind].total() for told in scores.values()):
            print(f"| {kind} | {spans} |" + "".join(cells))


if __name__ == "__main__":
    main()
