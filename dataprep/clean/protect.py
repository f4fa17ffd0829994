r"""What cleaning must not touch: code, LaTeX and JSON.

Protected are: fences of three or more backticks (anywhere) or tildes (at the start of a line), an
unclosed one to the end of the text; `inline code`; `<pre>` and `<code>` elements; `$...$`, `$$...$$`,
`\(...\)`, `\[...\]` and `\begin{...}...\end{...}`; and a text that is one JSON object or array.
"""

import re

import orjson

# The limits keep hostile texts (a megabyte of unclosed brackets) from costing quadratic time.
_PROTECTED = re.compile(
    r"""
    (?=[`~<$\\])(                                                  # nearly every position fails right here
      (?P<ticks>`{3,}) .*? (?: (?P=ticks) `* | \Z )
    | (?: \A | (?<=\n) | (?<=\n[ ]) | (?<=\n[ ]{2}) | (?<=\n[ ]{3}) ) (?P<tildes>~{3,})
          .*? (?: \n[ ]*(?P=tildes)~* | \Z )
    | (?P<tick>`{1,2})(?!`) [^\n]{1,1000}? (?<!`)(?P=tick)(?!`)
    | <(?P<element>pre|code)(?:\s[^<>]{0,500})?> .{0,5000}? </(?P=element)>
    | \$\$ .{1,5000}? \$\$
    | (?<![\\$]) \$ (?![\s$]) [^$\n]*? (?<![\s\\]) \$ (?![\d$])   # pandoc's rule: $5 and $10 are money
    | \\\( .{1,1000}? \\\)
    | \\\[ .{1,5000}? \\\]
    | \\begin\{(?P<name>[A-Za-z]+\*?)\} .{0,5000}? \\end\{(?P=name)\}
    )
    """,
    re.VERBOSE | re.DOTALL,
)
_MARKS = ("`", "$", "\\", "~~~", "<pre", "<code")
_OPENS_JSON = re.compile(r"\s*[{\[]")


def split_protected(text: str) -> list[str]:
    """Cut a text into pieces: the even ones may be edited, the odd ones are protected.

    Returns:
        An odd number of pieces that join to the text again; the first and the last may be "".
    """
    if _is_json(text):
        return ["", text, ""]
    if not any(mark in text for mark in _MARKS):
        return [text]
    pieces, end = [], 0
    for match in _PROTECTED.finditer(text):
        pieces += [text[end : match.start()], match[0]]
        end = match.end()
    return [*pieces, text[end:]]


def _is_json(text: str) -> bool:
    # An unescaped &quot; or a <br> that became a line break would make the document invalid.
    if not _OPENS_JSON.match(text):
        return False
    trimmed = text.strip()
    if not trimmed.endswith(("}", "]")):
        return False
    try:
        orjson.loads(trimmed)
    except orjson.JSONDecodeError:
        return False
    return True
