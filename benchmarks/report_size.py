"""Seconds and bytes of the reports of a comparison with many long items: `python -m benchmarks.report_size`."""

import argparse
import resource
import time
from collections.abc import Callable
from dataclasses import replace

from evalsuite.report import render_html, render_junit, render_markdown
from tests.evalsuite.report.stories import item, row, story


def main() -> None:
    """Render every report once and print what each cost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=10_000)
    parser.add_argument("--slices", type=int, default=500)
    asked = parser.parse_args()
    given = story()
    items = [item(number, long=True) for number in range(asked.items)]
    slices = [row(slice_=f"source=file_{number}.csv") for number in range(asked.slices)]
    comparison = replace(given, slices=slices, panels={**given.panels, "items": items})
    renderers: dict[str, Callable[[str], str]] = {
        "report.html": lambda lang: render_html(comparison, lang=lang),
        "report.md": lambda lang: render_markdown(comparison, lang=lang),
        "junit.xml": lambda lang: render_junit(comparison, lang=lang),
    }
    print(f"{asked.items:,} items of {sum(len(items[0][key]) for key in ('base', 'tuned')):,} characters")
    print(f"{'file':12} {'lang':4} {'seconds':>8} {'bytes':>10}")
    for name, render in renderers.items():
        for lang in ("en", "zh"):
            start = time.perf_counter()
            size = len(render(lang).encode())
            print(f"{name:12} {lang:4} {time.perf_counter() - start:8.2f} {size:10,}")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MiB, the items included")


if __name__ == "__main__":
    main()
