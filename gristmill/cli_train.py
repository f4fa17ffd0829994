"""The commands around training: what to do, whether it fits, train, export, talk."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from gristmill.options import Json, Lang, Language, Recipe, run_name

Seed = Annotated[int | None, typer.Option(help="Seed of everything random, instead of the recipe's.")]
Name = Annotated[str | None, typer.Option(callback=run_name, help="Name of the run, instead of the recipe's.")]
OfRun = Annotated[str, typer.Argument(help="Name of the run.")]


Kind = Literal[
    "adapter", "merged", "merged-4bit", "gguf-f16", "gguf-q8_0", "gguf-q4_k_m", "lora-gguf", "ollama", "vllm", "unsloth"
]
Task = Literal["knowledge", "style", "format", "skill", "chat"]
Dtype = Literal["auto", "bfloat16", "float16", "float32"]


def train(
    config: Recipe,
    preview: Annotated[
        bool, typer.Option("--preview", help="Show rows, masks, lengths and plan; train nothing.")
    ] = False,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the last whole checkpoint.")] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="Start anew, whatever was trained before.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Start although the memory plan says it can't fit.")] = False,
    name: Name = None,
    seed: Seed = None,
    as_json: Json = False,
    lang: Language = Lang.en,
) -> None:
    """Train on curated data: an adapter, or all weights, into `runs/NAME/model`."""
    from gristmill import before_training, training

    if resume and fresh:
        raise typer.BadParameter("--resume and --fresh exclude each other")
    ready = training.prepared(config, name=name, seed=seed)
    if preview or not as_json:
        before_training.preview(ready, lang, json=as_json, rows=5 if preview else 2)
    if not preview:
        training.run(ready, lang, json=as_json, resume=resume, fresh=fresh, force=force)
        training.keep(config, ready)


def plan(
    config: Recipe,
    gpu: Annotated[str | None, typer.Option(help="A card that isn't here: `24GB`, or `RTX 4090`.")] = None,
    name: Name = None,
    as_json: Json = False,
    lang: Language = Lang.en,
) -> None:
    """Tell memory and time before launch, and what to change when it doesn't fit (exit 1)."""
    from gristmill import before_training, training

    ready = training.prepared(config, name=name, seed=None, gpu=gpu)
    if not before_training.plan(ready, lang, json=as_json):
        raise typer.Exit(1)


def export(
    run: OfRun,
    to: Annotated[Kind, typer.Option("--to", help="What to make.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Folder; default: runs/NAME/export/KIND.")
    ] = None,
    dtype: Annotated[Dtype, typer.Option(help="Of merged weights.")] = "auto",
    onto: Annotated[
        Literal["own", "full"], typer.Option(help="QLoRA: merge onto the 4-bit base it learned on, or the full one.")
    ] = "own",
    force: Annotated[bool, typer.Option("--force", help="Overwrite, and keep a merge that fails its check.")] = False,
    as_json: Json = False,
    lang: Language = Lang.en,
) -> None:
    """Make a trained model ready to serve: merged, GGUF, Ollama, vLLM, with a parity check."""
    from gristmill import training
    from schemas.artifacts import Layout
    from train.export import export as make

    training.hush()
    here = Path.cwd()
    done = make(
        Layout(here / "runs" / run),
        to,
        target=output,
        dtype=dtype,
        onto=onto,
        force=force,
        cache=here / ".gristmill" / "models",
    )
    training.exported(done, lang, json=as_json)


def advise(
    run: OfRun,
    task: Annotated[
        Task | None, typer.Option(help="What the model is for; default: guessed from the data, told.")
    ] = None,
    gap: Annotated[
        Literal["none", "small", "large"] | None, typer.Option(help="How far the base is from good.")
    ] = None,
    changing: Annotated[bool, typer.Option("--changing", help="The facts change often.")] = False,
    parameters: Annotated[float | None, typer.Option(help="Of the base, in billions.")] = None,
    as_json: Json = False,
    lang: Language = Lang.en,
) -> None:
    """Say whether to prompt, retrieve or tune, and how, from the data of a run, with reasons and sources."""
    from dataprep.advise import advise as ask
    from dataprep.advise import facts_of
    from gristmill import training
    from schemas.artifacts import find_run

    facts = facts_of(
        find_run(Path.cwd() / "runs", run).data,
        task=task,
        gap=gap,
        changing=changing,
        parameters=round(parameters * 1e9) if parameters else None,
    )
    training.advice(ask(facts), lang, json=as_json)


def chat(
    run: OfRun,
    web: Annotated[bool, typer.Option("--web", help="A page on 127.0.0.1 instead of the terminal.")] = False,
    temperature: Annotated[float, typer.Option(min=0, max=2, help="0 takes the likeliest token.")] = 0.0,
    longest: Annotated[int, typer.Option(min=1, help="Tokens of an answer.")] = 256,
    system: Annotated[str | None, typer.Option(help="A system message.")] = None,
    lang: Language = Lang.en,
) -> None:
    """Talk to the base and the tuned model side by side."""
    from gristmill import chat as room

    pair = room.load(run)
    settings = room.Settings(temperature=temperature, longest=longest, system=system)
    room.serve(pair, settings, lang) if web else room.talk(pair, settings, lang)
