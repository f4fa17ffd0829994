"""A finished run made ready to serve: an adapter, merged weights, GGUF, or files for another program."""

import shlex
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

import orjson

from schemas import gguf
from schemas.artifacts import Layout, staged, sweep
from schemas.errors import RuntimeFault, UserError
from schemas.gguf.tensors import Kind
from schemas.models import quantisation
from train import record, serve
from train.merge import Trained, measure, measure_gguf, merge, open_run, save_words
from train.parity import LIMIT, Parity
from train.unsloth import UNSLOTH, write_script

REPORT = "export.json"


@dataclass(frozen=True)
class Exported:
    """What an export made.

    Attributes:
        kind: One of `KINDS`.
        paths: The folder, or the files in it that matter.
        parity: What it cost, where weights were merged.
        command: What to type next.
        notes: What a person should know.
    """

    kind: str
    paths: tuple[Path, ...]
    parity: Parity | None
    command: str
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Order:
    """What was asked for, as `export` takes it."""

    kind: str
    target: Path
    dtype: str
    force: bool
    onto: str
    cache: Path


@dataclass(frozen=True)
class Made:
    """What a builder put into the draft of the target: the next command, and the files that matter."""

    command: str
    parity: Parity | None = None
    notes: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


def export(
    layout: Layout,
    kind: str,
    *,
    target: Path | None,
    dtype: str = "bfloat16",
    force: bool = False,
    cache: Path,
    onto: Literal["own", "full"] = "own",
) -> Exported:
    """Make a finished run ready to serve, whole or not at all.

    Args:
        layout: Of the run.
        kind: One of `KINDS`.
        target: Folder; null is `export/KIND` below the run's.
        dtype: Of merged weights; `auto` is bfloat16, or float16 where the run used it. GGUF is made from training's.
        force: Replace an earlier export, and publish what fails its check.
        cache: Folder of converted and downloaded bases; `tokens` beside it has tokenised splits.
        onto: A QLoRA's adapter goes onto its own 4-bit base, dequantised, or onto the full-precision one.

    Raises:
        UserError: If there is no such run or kind, the target isn't empty, or the run can't become that.
        RuntimeFault: If a merge lost the adapter or moved the model, or a GGUF file tokenises otherwise.
    """
    if kind not in KINDS:
        raise UserError(f"no such export: {kind}", hint=f"--to {' | '.join(KINDS)}")
    trained, target = open_run(layout, cache=cache), target or layout.root / "export" / kind
    _check_target(target, force=force)
    if dtype == "auto":
        dtype = "float16" if trained.device.dtype == "float16" else "bfloat16"
    sweep(target.parent)
    with staged(target) as draft, _hints(draft, target):
        draft.mkdir()
        made = BUILDERS[kind](trained, Order(kind, target, dtype, force, onto, cache), draft)
        run = {name: trained.run[name] for name in ("name", "key", "base", "data")}
        told = {"format": 1, "kind": kind, "run": run, "dtype": dtype, "onto": onto, "versions": record.versions()}
        told |= {"parity": asdict(made.parity) if made.parity else None, "notes": made.notes}
        (draft / REPORT).write_bytes(orjson.dumps(told, option=orjson.OPT_INDENT_2) + b"\n")
    paths = tuple(target / file for file in made.files) or (target,)
    return Exported(kind, paths, made.parity, made.command, made.notes)


def _check_target(target: Path, *, force: bool) -> None:
    """Stop at anything that isn't an empty folder; `force` replaces what an export made, and nothing else."""
    if not target.exists() or (target.is_dir() and not any(target.iterdir())):
        return
    if not (target / REPORT).is_file():
        raise UserError(f"{target} is there and is no export", hint="-o DIR: an empty folder, or a new one")
    if not force:
        raise UserError(f"{target} holds an earlier export", hint="--force replaces it, -o DIR puts this one elsewhere")


@contextmanager
def _hints(draft: Path, target: Path) -> Iterator[None]:
    """Commands in hints write beside the target, not into the draft, which is gone by then."""
    try:
        yield
    except UserError as fault:
        fault.hint = fault.hint.replace(str(draft), str(target.parent))
        raise


def _refuse(fault: str | None, order: Order, *, hint: str) -> tuple[str, ...]:
    """Stop at a fault, or with `force` make a note of it."""
    if fault is None:
        return ()
    if not order.force:
        raise RuntimeFault(fault, hint=f"{hint}; --force keeps it")
    return (f"kept by --force: {fault}",)


def _adapter(trained: Trained, order: Order, draft: Path) -> Made:
    """The adapter with its tokenizer, template, end tokens and card, on a base that can be found."""
    if trained.settings is None:
        raise UserError(f"{trained.name} trained all weights: it has no adapter", hint="--to merged")
    shutil.copytree(trained.weights, draft, dirs_exist_ok=True)
    settings = trained.settings | {"base_model_name_or_path": trained.address}
    (draft / "adapter_config.json").write_bytes(orjson.dumps(settings, option=orjson.OPT_INDENT_2) + b"\n")
    (draft / "README.md").write_text(record.card(trained.run), encoding="utf-8")
    code = f"from peft import AutoPeftModelForCausalLM as M; M.from_pretrained({str(order.target)!r})"
    told = f"its base is a folder here, {trained.address}: whoever gets it needs both"
    return Made(shlex.join(["python", "-c", code]), notes=(told,) if Path(trained.address).is_dir() else ())


def _merged(trained: Trained, order: Order, draft: Path) -> Made:
    parity = merge(trained, draft, trained.reference(), dtype=order.dtype, onto=order.onto)
    return Made(shlex.join(["vllm", "serve", str(order.target)]), parity, _check(parity, order))


def _check(parity: Parity, order: Order) -> tuple[str, ...]:
    hint = "--onto own" if order.onto == "full" else "--dtype float32 rounds nothing"
    return _refuse(parity.fault(LIMIT), order, hint=hint)


def _four_bits(trained: Trained, order: Order, draft: Path) -> Made:
    """The merged model quantised anew: NF4 as bitsandbytes saves it and vLLM reads it."""
    import torch
    from transformers import AutoModelForCausalLM

    reference, merged = trained.reference(), draft / "merged"
    notes = _check(merge(trained, merged, reference, dtype=order.dtype, onto=order.onto), order)
    options: dict[str, Any] = {"dtype": order.dtype, "quantization_config": quantisation(4, order.dtype)}
    options["quantization_config"].bnb_4bit_quant_storage = torch.uint8  # vLLM takes no other
    AutoModelForCausalLM.from_pretrained(str(merged), **options).save_pretrained(str(draft))
    shutil.rmtree(merged)
    save_words(trained, draft)
    parity = measure(trained, draft, reference)
    notes += _refuse(parity.fault(float("inf")), order, hint="4 bits are too few for this model: --to merged")
    return Made(shlex.join(["vllm", "serve", str(order.target)]), parity, notes)


def _gguf(trained: Trained, order: Order, draft: Path) -> Made:
    """A GGUF file of the merged model, rounded once; its token ids and answers are checked."""
    quantised = order.kind == "gguf-q4_k_m"
    serve.check_gguf(trained, quantised=quantised)
    kind: Kind = "f16" if quantised or order.kind == "gguf-f16" else "q8_0"
    order, reference = replace(order, dtype=trained.dtype), trained.reference()
    merged, file = draft / trained.name, draft / f"{trained.name}-{kind}.gguf"
    parity = merge(trained, merged, reference, dtype=order.dtype, onto=order.onto)
    notes = _check(parity, order)
    gguf.write_gguf(merged, file, kind=kind)
    odd = gguf.check_tokens(merged, file, trained.texts())
    told = f"{len(odd)} texts get other token ids from the GGUF file: {', '.join(map(repr, odd[:3]))}"
    notes += _refuse(told if odd else None, order, hint="--to merged, and llama.cpp's own converter")
    shutil.rmtree(merged)
    if quantised:
        f16, file = file, draft / f"{trained.name}-q4_k_m.gguf"
        gguf.quantise(f16, file)
        f16.unlink()
    if read := measure_gguf(trained, file, reference):
        parity, notes = read, notes + _refuse(read.fault(float("inf")), order, hint="--to gguf-f16")
    else:
        notes += ("transformers can't read this file back: the parity is that of the weights it was made from",)
    command = shlex.join(["llama-server", "-m", str(order.target / file.name), "--jinja"])
    return Made(command, parity, notes, (file.name,))


def _lora_gguf(trained: Trained, order: Order, draft: Path) -> Made:
    """The adapter alone, for the GGUF file of its base."""
    name, base, notes = f"{trained.name}-lora.gguf", str(trained.run["base"]), list[str]()
    gguf.write_lora_gguf(trained.weights, Path(trained.base.place), draft / name)
    if base.startswith("pip://"):
        base = str(gguf.bundled(base.removeprefix("pip://")))
    elif not base.endswith(".gguf"):
        script = shlex.join(["python", "llama.cpp/convert_hf_to_gguf.py", trained.address, "--outfile", "BASE.gguf"])
        base, notes = "BASE.gguf", [f"BASE.gguf is the base's own GGUF file: {script}"]
    command = ["llama-server", "-m", base, "--lora", str(order.target / name), "--jinja"]
    return Made(shlex.join(command), notes=tuple(notes), files=(name,))


def _ollama(trained: Trained, order: Order, draft: Path) -> Made:
    """A GGUF file of 8 bits, and the Modelfile that names it."""
    made, talk = _gguf(trained, order, draft), trained.base.talk
    text, notes = serve.modelfile(made.files[0], talk, talk.ends)
    (draft / "Modelfile").write_text(text, encoding="utf-8")
    command = ["ollama", "create", serve.ollama_name(trained.name), "-f", str(order.target / "Modelfile")]
    return Made(shlex.join(command), made.parity, made.notes + notes, (*made.files, "Modelfile"))


def _vllm(trained: Trained, order: Order, draft: Path) -> Made:
    """The adapter with vLLM's command; merged weights where vLLM has no place for the adapter."""
    settings = trained.settings
    refusal = serve.vllm_refuses(settings) if settings else "all weights were trained, there is no adapter"
    if settings is None or refusal:
        made = _merged(trained, order, draft)
        return replace(made, notes=(*made.notes, f"merged: {refusal}"))
    notes = _adapter(trained, order, draft).notes
    if trained.stage.tuning == "qlora":
        notes += ("it learned on a 4-bit base: --quantization bitsandbytes serves one, --to merged is exact",)
    return Made(serve.vllm_command(trained.address, trained.name, order.target, settings), notes=notes)


def _unsloth(trained: Trained, order: Order, draft: Path) -> Made:
    notes = write_script(draft, trained, cache=order.cache.with_name("tokens"))
    steps = ("python3 -m venv .venv", f".venv/bin/pip install {UNSLOTH}", ".venv/bin/python train_unsloth.py")
    return Made(" && ".join((shlex.join(["cd", str(order.target)]), *steps)), notes=notes)


BUILDERS: dict[str, Callable[[Trained, Order, Path], Made]] = {
    "adapter": _adapter,
    "merged": _merged,
    "merged-4bit": _four_bits,
    "gguf-f16": _gguf,
    "gguf-q8_0": _gguf,
    "gguf-q4_k_m": _gguf,
    "lora-gguf": _lora_gguf,
    "ollama": _ollama,
    "vllm": _vllm,
    "unsloth": _unsloth,
}

KINDS = tuple(BUILDERS)
