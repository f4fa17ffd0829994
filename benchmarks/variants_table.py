"""Write `dataprep/language/variants.py` from OpenCC's dictionaries; needs the package opencc.

python -m benchmarks.variants_table > dataprep/language/variants.py
"""

import importlib.util
import subprocess
import tempfile
from pathlib import Path

HEAD = '''"""Characters that only one of the two Chinese scripts has, from OpenCC {version} (Apache-2.0).

Made by `python -m benchmarks.variants_table`. TRADITIONAL: every key of OpenCC's table from traditional to simplified
that may not stay as it is, that no simplified text has, and that Big5 with Hong Kong's supplement can write; so 裡
and 裏, 為 and 麵 are among them. SIMPLIFIED: every key of the table from simplified to traditional that may not stay
as it is, that no standard of Taiwan or Hong Kong writes (群, 床), and that GB 2312 can write. What both scripts share
(后, 里, 面, 干, 台) is in neither.
"""
'''
# Half of the house's line: these characters are two columns wide.
_WIDTH = 54


def main() -> None:
    """Print the module."""
    traditional, simplified = tables()
    print(HEAD.format(version=_version()))
    print(_literal("TRADITIONAL", traditional))
    print(_literal("SIMPLIFIED", simplified), end="")


def tables() -> tuple[str, str]:
    """Both tables, in the order of their code points."""
    to_simplified, to_traditional = _dictionary("TSCharacters"), _dictionary("STCharacters")
    regional = {form for name in ("TWVariants", "HKVariants") for forms in _dictionary(name).values() for form in forms}
    written_simplified = {form for forms in to_simplified.values() for form in forms}
    traditional = [
        character
        for character, forms in to_simplified.items()
        if character not in forms and character not in to_traditional and character not in written_simplified
    ]
    simplified = [
        character
        for character, forms in to_traditional.items()
        if character not in forms and character not in regional and character not in to_simplified
    ]
    return _common(traditional, "big5hkscs"), _common(simplified, "gb2312")


def _common(characters: list[str], encoding: str) -> str:
    return "".join(sorted(c for c in characters if c < "\ua000" and c.encode(encoding, "ignore")))


def _dictionary(name: str) -> dict[str, list[str]]:
    """One of OpenCC's dictionaries: word -> its forms, the first one preferred."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "dictionary.txt"
        source = _clib() / "share" / "opencc" / f"{name}.ocd2"
        program = _clib() / "bin" / "opencc_dict"
        subprocess.run([program, "-i", source, "-o", target, "-f", "ocd2", "-t", "text"], check=True)
        lines = [line.split("\t") for line in target.read_text(encoding="utf-8").splitlines()]
    return {word: forms.split(" ") for word, forms in lines}


def _clib() -> Path:
    found = importlib.util.find_spec("opencc")
    assert found is not None and found.submodule_search_locations
    return Path(found.submodule_search_locations[0]) / "clib"


def _version() -> str:
    from importlib.metadata import version

    return version("opencc")


def _literal(name: str, characters: str) -> str:
    lines = [characters[at : at + _WIDTH] for at in range(0, len(characters), _WIDTH)]
    return f"{name} = (\n" + "".join(f'    "{line}"\n' for line in lines) + ")\n"


if __name__ == "__main__":
    main()
