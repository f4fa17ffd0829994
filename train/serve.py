"""What other programs need to serve a model: Ollama's Modelfile, vLLM's command."""

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from schemas.chat import Chat, TemplateRefusal
from schemas.errors import MissingExtra, UserError
from schemas.gguf.tensors import accept
from schemas.gguf.tokens import name_of
from schemas.records import Message
from train.merge import Trained

RANKS = (8, 16, 32, 64, 128, 256, 320, 512)
"""What vLLM takes as `--max-lora-rank` (vllm/config/lora.py, 0.26)."""

ROLES: tuple[Literal["system", "user", "assistant"], ...] = ("system", "user", "assistant", "user")

WORDS = ("systemtext", "firstquestion", "firstanswer", "nextquestion")
"""Contents of a conversation whose rendering shows what stands around each turn."""


@dataclass(frozen=True)
class Turns:
    """A chat template that writes each turn by itself: what stands before and behind a role's text.

    Attributes:
        start: What stands in front when there is no system message.
        around: Role -> the text before and behind.
        ask: The generation prompt.
    """

    start: str
    around: Mapping[str, tuple[str, str]]
    ask: str

    def render(self, messages: Sequence[Message]) -> str:
        """The prompt for a conversation, as Ollama would write it."""
        told = "" if messages[0]["role"] == "system" else self.start
        for message in messages:
            before, behind = self.around[message["role"]]
            told += before + message["content"] + behind
        return told + self.ask

    def go(self) -> str:
        """The same as a Go template."""
        (system, after_system), (user, after_user), (said, after_said) = (
            self.around[role] for role in ("system", "user", "assistant")
        )
        return (
            f"{{{{ if .System }}}}{system}{{{{ .System }}}}{after_system}{{{{ else }}}}{self.start}{{{{ end }}}}"
            f'{{{{ range .Messages }}}}{{{{ if eq .Role "user" }}}}{user}{{{{ .Content }}}}{after_user}'
            f'{{{{ else if eq .Role "assistant" }}}}{said}{{{{ .Content }}}}{after_said}{{{{ end }}}}{{{{ end }}}}'
            f"{self.ask}"
        )


def find_turns(talk: Chat) -> Turns | None:
    """Read a chat template off its renderings, as ChatML, Llama 3, Phi and Zephyr can be; null where it can't.

    The beginning-of-text token is left out where the tokenizer adds it: Ollama adds it as well.
    """
    system, question, answer, follow_up = _talks(WORDS)
    try:
        told = _without_bos(talk, talk.prompt([system, question, answer, follow_up]))
        alone = _without_bos(talk, talk.prompt([question]))
        parts = re.split("|".join(WORDS), told)
        if len(parts) != 5 or WORDS[1] not in alone:
            return None
        after_system, user = _cut(parts[1], talk.stop)
        after_user, said = _cut(parts[2], talk.stop)
        after_said, again = _cut(parts[3], talk.stop)
        start = alone.partition(WORDS[1])[0]
        if again != user or not start.endswith(user) or not parts[4].startswith(after_user):
            return None
        around = {"system": (parts[0], after_system), "user": (user, after_user), "assistant": (said, after_said)}
        turns = Turns(start.removesuffix(user), around, parts[4].removeprefix(after_user))
        four = _talks(("你好。", "One line,\nthen another", "好", "?"))
        checks = (four, four[1:], four[:2], [*four, four[2], four[3]])
        right = all(turns.render(check) == _without_bos(talk, talk.prompt(check)) for check in checks)
    except TemplateRefusal:
        return None
    constant = "".join((told, alone))
    return turns if right and "{{" not in constant and '"""' not in constant else None


def _talks(texts: Sequence[str]) -> list[Message]:
    return [{"role": role, "content": text} for role, text in zip(ROLES, texts, strict=True)]


def _cut(between: str, stop: str) -> tuple[str, str]:
    """What stands between two texts: the end of the first turn (its stop token and space), the start of the next."""
    end = re.match(rf"{re.escape(stop)}\s*", between) if stop else None
    place = end.end() if end else 0
    return between[:place], between[place:]


def _without_bos(talk: Chat, text: str) -> str:
    tokenizer = talk.tokenizer
    adds = tokenizer("a")["input_ids"][0] == tokenizer.bos_token_id
    return text.removeprefix(tokenizer.bos_token) if adds else text


def modelfile(gguf: str, talk: Chat, stops: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """Ollama's Modelfile for a GGUF beside it.

    Args:
        gguf: The file's name.
        talk: The chat template that the model was trained with.
        stops: Tokens that end an answer.

    Returns:
        Its text, and what a person should know.
    """
    lines, notes, turns = [f"FROM ./{gguf}"], [], find_turns(talk)
    if turns:
        lines.append(f'TEMPLATE """{turns.go()}"""')
        if "tools" in talk.template:
            notes.append("the Modelfile's template has no tool calls; llama-server takes the GGUF's own, which has")
    else:
        notes.append(
            "the chat template can't be said in Ollama's language: Ollama takes the nearest one it knows, or none; "
            f"llama-server -m {gguf} --jinja takes the GGUF's own"
        )
    lines += [f'PARAMETER stop "{stop}"' for stop in stops]
    return "\n".join(lines) + "\n", tuple(notes)


def check_gguf(trained: Trained, *, quantised: bool) -> None:
    """Refuse what can't be written as GGUF before the work of merging, with llama.cpp's own commands.

    Args:
        trained: The run.
        quantised: Whether llama.cpp itself is needed.

    Raises:
        UserError: If its architecture or tokenizer can't be written here.
        MissingExtra: If llama.cpp is needed and absent.
    """
    from transformers import AutoConfig

    exports, name = trained.layout.root / "export", trained.name
    try:
        config = AutoConfig.from_pretrained(trained.base.place, revision=trained.recipe.revision)
        accept(config)
        name_of(trained.base.tokenizer, size=config.vocab_size)
    except UserError as reason:
        script = ["python", "llama.cpp/convert_hf_to_gguf.py", str(exports / "merged")]
        command = shlex.join([*script, "--outfile", str(exports / f"{name}.gguf")])
        hint = f"gristmill export {name} --to merged && {command}"
        raise UserError(f"{name} can't be written as GGUF here: {reason.message}", hint=hint) from None
    if quantised and find_spec("llama_cpp") is None:
        missing = MissingExtra("Quantising", package="llama-cpp-python")
        files = [str(exports / "gguf-f16" / f"{name}-f16.gguf"), str(exports / f"{name}-q4_k_m.gguf")]
        by_hand = shlex.join(["llama-quantize", *files, "Q4_K_M"])
        # Built for this very processor, it dies where there is AMX (ggml-org/llama.cpp#20824).
        missing.hint = missing.hint.replace(".venv/bin/pip", 'CMAKE_ARGS="-DGGML_NATIVE=OFF" .venv/bin/pip')
        missing.hint += f"; or gristmill export {name} --to gguf-f16 && {by_hand}"
        raise missing


def ollama_name(run: str) -> str:
    """A run's name as Ollama takes names."""
    return re.sub(r"[^a-z0-9._-]+", "-", run.lower()).strip("-._") or "model"


def vllm_refuses(settings: Mapping[str, Any]) -> str | None:
    """Why vLLM can't serve an adapter beside its base (vllm/lora/peft_helper.py), or null.

    Args:
        settings: Its `adapter_config.json`.
    """
    lora = settings["peft_type"] == "LORA"
    reasons = {
        f"{settings['peft_type']} adapters": not lora,
        "DoRA": settings.get("use_dora"),
        "fully trained modules": settings.get("modules_to_save"),
        "trained biases": settings.get("bias", "none") != "none",
        f"ranks above {RANKS[-1]}": lora and _rank(settings) > RANKS[-1],
    }
    return next((f"vLLM serves no {reason}" for reason, holds in reasons.items() if holds), None)


def _rank(settings: Mapping[str, Any]) -> int:
    ranks: list[int] = [settings["r"], *(settings.get("rank_pattern") or {}).values()]
    return max(ranks)


def vllm_command(base: str, name: str, adapter: Path, settings: Mapping[str, Any]) -> str:
    """The command that serves an adapter on its base, with the template and end tokens of the adapter's folder."""
    rank = next(rank for rank in RANKS if rank >= _rank(settings))
    options = ["--enable-lora", "--max-lora-rank", str(rank), "--lora-modules", f"{name}={adapter}"]
    options += ["--chat-template", str(adapter / "chat_template.jinja"), "--generation-config", str(adapter)]
    return shlex.join(["vllm", "serve", base, *options])
