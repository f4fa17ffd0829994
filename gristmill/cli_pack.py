"""The command that makes a pack: a benchmark or private eval set as hashes, for others to keep clear of."""

import os
from pathlib import Path
from typing import Annotated

import typer

from gristmill.options import Json, Lang, Language


def pack(
    paths: Annotated[list[str], typer.Argument(help="Benchmark or eval files, folders or globs.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The pack to write, NAME.pack.")],
    han: Annotated[int, typer.Option(min=2, max=64, help="Length of a quotation in Han characters.")] = 16,
    words: Annotated[int, typer.Option(min=2, max=64, help="Length of a quotation in words of other scripts.")] = 10,
    salt: Annotated[
        bool, typer.Option("--salt", help="Mix in the salt that GRISTMILL_PACK_SALT holds; readers need it too.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite an existing pack.")] = False,
    as_json: Json = False,
    lang: Language = Lang.en,
) -> None:
    """Make a pack of benchmark files: hashes of their n-grams, without their text."""
    from dataprep.decontaminate import SALT, Sizes, build_benchmarks, open_benchmarks, write_pack
    from schemas.errors import UserError

    if output.suffix != ".pack":
        raise UserError(f"{output} doesn't end in .pack", hint=f"-o {output.with_suffix('.pack')}")
    if output.exists() and not force:
        raise UserError(f"{output} exists already", hint="add --force to overwrite it, or choose another name")
    secret = os.environ.get(SALT, "") if salt else ""
    if salt and not secret:
        raise UserError(f"--salt needs a salt, and {SALT} is not set", hint=f"export {SALT}=A_LONG_RANDOM_PHRASE")
    index = build_benchmarks(open_benchmarks(paths, root=Path.cwd()), Sizes(han, words))
    write_pack(index, output, salt=secret)
    _told(output, index.names, index.items.height, salted=bool(secret), as_json=as_json, lang=lang)


def _told(output: Path, names: tuple[str, ...], items: int, *, salted: bool, as_json: bool, lang: Lang) -> None:
    """Print what was packed."""
    size = output.stat().st_size
    if as_json:
        import orjson

        told = {"pack": str(output), "benchmarks": list(names), "items": items, "bytes": size, "salted": salted}
        typer.echo(orjson.dumps(told).decode())
    elif lang == Lang.zh:
        typer.echo(f"{output}：{len(names)} 个文件，{items:,} 道题，{size:,} 字节，{'加盐' if salted else '未加盐'}")
        typer.echo("文件里没有原文，但持有原文的人能验证某段文字是否在其中。")
    else:
        salt = "salted" if salted else "without a salt"
        typer.echo(f"{output}: {len(names)} file{'s' * (len(names) != 1)}, {items:,} items, {size:,} bytes, {salt}")
        typer.echo("It holds no text, but whoever has a text can tell whether it is in there.")
