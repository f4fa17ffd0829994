"""The command that holds a dataset's numbers against limits."""

from pathlib import Path
from typing import Annotated

import typer

from gristmill.options import Json, Lang, Language


def gate(
    run: Annotated[str | None, typer.Argument(help="Name of the run; default: the newest.")] = None,
    config: Annotated[
        Path | None,
        typer.Option("--config", "-c", help="A recipe with a `gates:` section; default: configs/gates.yaml."),
    ] = None,
    baseline: Annotated[
        Path | None,
        typer.Option(help="Not worse than this: a baseline file, a manifest.json, a run's name or folder."),
    ] = None,
    update_baseline: Annotated[
        bool, typer.Option("--update-baseline", help="Write the numbers of this run as the baseline, and judge none.")
    ] = False,
    junit: Annotated[Path | None, typer.Option(help="Write the verdicts as JUnit XML.")] = None,
    github: Annotated[
        bool | None,
        typer.Option(help="Annotations and job summary of GitHub Actions; default: where GITHUB_ACTIONS is set."),
    ] = None,
    as_json: Json = False,
    lang: Language = Lang.en,
) -> None:
    """Judge a dataset: limits, baseline, leak check, file digests. Exit 1: a gate failed; 3: it can't be judged."""
    from gristmill import gating

    if update_baseline:
        gating.update(run, config, baseline, lang)
        return
    outcome = gating.judged(run, config, baseline, lang)
    gating.write(outcome, lang, junit=junit, github=github)
    gating.show(outcome, lang, json=as_json)
    raise typer.Exit(outcome.exit_code)
