"""A minimal .xlsx of text cells, the same bytes on every run."""

import io
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

# The ZIP format's earliest date: real dates would change the bytes from run to run.
EPOCH = (1980, 1, 1, 0, 0, 0)

_NS = "http://schemas.openxmlformats.org"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_NS}/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_NS}/package/2006/relationships"><Relationship Id="rId1" '
    f'Type="{_NS}/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_NS}/spreadsheetml/2006/main" '
    f'xmlns:r="{_NS}/officeDocument/2006/relationships"><sheets>'
    '<sheet name="desk" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_NS}/package/2006/relationships"><Relationship Id="rId1" '
    f'Type="{_NS}/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}


def workbook(rows: Sequence[Sequence[str]]) -> bytes:
    """A workbook with one sheet of these rows."""
    sheet = "".join(_row(number, cells) for number, cells in enumerate(rows, start=1))
    body = f'<worksheet xmlns="{_NS}/spreadsheetml/2006/main"><sheetData>{sheet}</sheetData></worksheet>'
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, part in {**_PARTS, "xl/worksheets/sheet1.xml": body}.items():
            info = zipfile.ZipInfo(name, date_time=EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3  # fixed: zipfile would name the machine's own system
            archive.writestr(info, _HEAD + part)
    return packed.getvalue()


def _row(number: int, cells: Sequence[str]) -> str:
    made = (
        f'<c r="{_column(place)}{number}" t="inlineStr"><is><t xml:space="preserve">{escape(cell)}</t></is></c>'
        for place, cell in enumerate(cells)
    )
    return f'<row r="{number}">{"".join(made)}</row>'


def _column(place: int) -> str:
    """The letter of a column; tables here have fewer than 26."""
    return "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[place]
