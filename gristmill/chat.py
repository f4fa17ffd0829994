"""Talk to the base and the tuned model side by side, in the terminal or on a page of 127.0.0.1."""

from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.columns import Columns
from rich.panel import Panel
from rich.text import Text

from dataprep.ledger import visible
from gristmill.options import Lang
from gristmill.terminal import out
from gristmill.training import hush
from gristmill.words import word
from schemas.artifacts import Layout
from schemas.errors import MissingExtra
from schemas.records import Message


@dataclass(frozen=True)
class Settings:
    """How answers are drawn.

    Attributes:
        temperature: 0 takes the likeliest token.
        longest: Tokens of an answer.
        system: A system message, or null.
    """

    temperature: float
    longest: int
    system: str | None


@dataclass(frozen=True)
class Pair:
    """Base and tuned model in one: the adapter is switched off for the base. Fully tuned models stand alone.

    Attributes:
        name: Of the run.
        base: The base's address.
        model: Loaded, with its adapter.
        talk: The chat template.
        both: Whether the base can be heard.
    """

    name: str
    base: str
    model: Any
    talk: Any
    both: bool


def load(name: str) -> Pair:
    """Load a finished run's model."""
    hush()
    from train.talk import load_tuned

    run, model, talk = load_tuned(Layout(Path.cwd() / "runs" / name))
    return Pair(name, run["base"], model, talk, run["weights"] == "adapter")


def replies(pair: Pair, histories: dict[str, list[Message]], settings: Settings) -> dict[str, str]:
    """One answer of each voice (`base`, `tuned`) to its own history."""
    from train.talk import answer

    told = {}
    for voice, history in histories.items():
        with pair.model.disable_adapter() if voice == "base" else nullcontext():
            told[voice] = answer(
                pair.model, pair.talk, [history], longest=settings.longest, temperature=settings.temperature
            )[0]
    return told


def start(pair: Pair, settings: Settings) -> dict[str, list[Message]]:
    """Empty histories, with the system message where there is one."""
    first: list[Message] = [{"role": "system", "content": settings.system}] if settings.system else []
    return {voice: list(first) for voice in (("base", "tuned") if pair.both else ("tuned",))}


def talk(pair: Pair, settings: Settings, lang: Lang) -> None:
    """A conversation in the terminal."""
    out.print(f"[bold]{pair.name}[/bold]  {word('leave', lang)}", highlight=False)
    histories = start(pair, settings)
    while True:
        try:
            said = out.input(f"[bold]{word('you', lang)}>[/bold] ").strip()
        except EOFError:
            return
        if not said:
            return
        if said == "/new":
            histories = start(pair, settings)
            continue
        for history in histories.values():
            history.append({"role": "user", "content": said})
        told = replies(pair, histories, settings)
        panels = []
        for voice, text in told.items():
            histories[voice].append({"role": "assistant", "content": text})
            shown = Text("\n".join(visible(line) for line in text.split("\n")))
            panels.append(Panel(shown, title=word(voice, lang), width=max(30, out.width // len(told) - 2)))
        out.print(Columns(panels))


def page(pair: Pair, settings: Settings, lang: Lang) -> Any:
    """A Gradio page with a column for each voice.

    Raises:
        MissingExtra: If Gradio is not installed.
    """
    try:
        import gradio
    except ImportError:
        raise MissingExtra("gristmill chat --web", package="gradio", extra="web") from None

    def reply(said: str, *histories: list[Message]) -> tuple[Any, ...]:
        told = dict(zip(start(pair, settings), ([*history, _user(said)] for history in histories), strict=True))
        plain = {
            voice: [
                *start(pair, settings)[voice],
                *({"role": m["role"], "content": _plain(m["content"])} for m in history),
            ]
            for voice, history in told.items()
        }
        answers = replies(pair, plain, settings)  # type: ignore[arg-type]
        return "", *([*told[voice], {"role": "assistant", "content": text}] for voice, text in answers.items())

    with gradio.Blocks(title=f"gristmill: {pair.name}", analytics_enabled=False) as blocks:
        gradio.Markdown(f"### {pair.name} · {pair.base}")
        with gradio.Row():
            boxes = [gradio.Chatbot(label=word(voice, lang), height=480) for voice in start(pair, settings)]
        line = gradio.Textbox(label=word("you", lang), autofocus=True)
        line.submit(reply, [line, *boxes], [line, *boxes])
    return blocks


def _user(said: str) -> Message:
    return {"role": "user", "content": said}


def _plain(content: Any) -> str:
    """Gradio hands back a message's content as parts."""
    return content if isinstance(content, str) else "".join(part.get("text", "") for part in content)


def serve(pair: Pair, settings: Settings, lang: Lang) -> None:
    """Open the page on 127.0.0.1 until Ctrl-C."""
    page(pair, settings, lang).launch(server_name="127.0.0.1", share=False, inbrowser=False)
