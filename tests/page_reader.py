"""A report's HTML and its charts as tests look at them."""

import re
from html.parser import HTMLParser
from xml.etree import ElementTree

VOID = {"meta", "br", "input"}
SVG = "{http://www.w3.org/2000/svg}"
EVIL = "<script>alert('1')</script> & \"\x00"


def words_of(text: str) -> str:
    """What a page says, without its markup."""
    return re.sub(r"\s+", " ", re.sub(r"<style>.*?</style>|<script>.*?</script>|<[^>]+>", " ", text, flags=re.S))


def texts(root: ElementTree.Element) -> list[str]:
    """What a chart says."""
    return ["".join(node.itertext()) for node in root.iter(f"{SVG}text")]


class Reader(HTMLParser):
    """Elements, attributes and ids of a page, and whether every element closes in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.tags.add(tag)
        self.attributes |= set(told)
        self.ids += [told["id"] or ""] if "id" in told else []
        self.links += [told["href"] or ""] if "href" in told else []
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= set(dict(attrs))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    @property
    def targets(self) -> set[str]:
        """Ids that links of the page lead to."""
        return {link.removeprefix("#") for link in self.links}
