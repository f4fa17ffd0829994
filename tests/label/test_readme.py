"""The commands of the README's block tagged `server`, in their order."""

import shlex
from pathlib import Path

import pytest

from dataprep.annotate.studio import Studio
from tests.gristmill.test_cli import ROOT, gristmill
from tests.label.conftest import ids
from tests.label.server import Server
from tests.label.test_end_to_end import say
from tests.readme_commands import READMES, blocks

(COMMANDS,) = [text.splitlines() for _, info, text in blocks(READMES[0]) if info == "bash server"]
RECIPE = f"""
name: quickstart
data:
  sources: [{{path: {ROOT / "examples/data/raw/pairs"}}}]
"""


@pytest.mark.timeout(300)
def test_the_readmes_commands(
    server: Server, studio: Studio, people: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LABEL_STUDIO_URL", server.url)
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", server.token)
    (tmp_path / "recipe.yaml").write_text(RECIPE, encoding="utf-8")
    assert gristmill("data", "-c", "recipe.yaml", cwd=tmp_path).returncode == 0
    said, tasks = [], dict[str, int]()
    for command in COMMANDS:
        program, *words = shlex.split(command, comments=True)
        done = gristmill(*words, cwd=tmp_path)
        assert (program, done.returncode) == ("gristmill", 0), done.stderr
        said.append(done.stdout)
        if not tasks:
            (project,) = (one.id for one in studio.client.projects.list(title="Desk") if one.title == "Desk")
            tasks = ids(studio, project)
            for task, verdict in zip(tasks.values(), ["accept", "fix"], strict=False):
                say(studio, task, "accept", people[0])
                say(studio, task, verdict, people[1])
    pushed, pulled, agreement, again = said
    assert f"Desk: tasks new {len(tasks)} ·" in pushed
    assert "answers 4 · people 2 · records 2" in pulled
    assert "records in dispute: 1;" in agreement
    assert "Desk: tasks new 1 ·" in again
