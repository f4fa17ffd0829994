"""Run the README's blocks tagged `run`, as a new user would: `python -m tests.readme_commands`.

README.zh-CN.md has the same commands, which a test of the house sees to.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
READMES = (ROOT / "README.md", ROOT / "README.zh-CN.md")

_BLOCK = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.M | re.S)


def blocks(path: Path) -> list[tuple[int, str, str]]:
    """The fenced blocks of a document: line, info string, text."""
    text = path.read_text(encoding="utf-8")
    return [(text.count("\n", 0, match.start()) + 1, match[1].strip(), match[2]) for match in _BLOCK.finditer(text)]


def main() -> int:
    """Run every block from the checkout's folder with the environment's programs in front."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    readme = READMES[0]
    (ROOT / "runs" / "recipe.yaml").unlink(missing_ok=True)  # Of an earlier run; `init` writes over nothing.
    for line, info, text in blocks(readme):
        if info != "bash run":
            continue
        sys.stderr.write(f"--- {readme.name}:{line}\n{text}")
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", text], cwd=ROOT, env={**os.environ, "PATH": path}, check=False
        )
        if done.returncode:
            sys.stderr.write(f"{readme.name}:{line}: exit {done.returncode}\n")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
