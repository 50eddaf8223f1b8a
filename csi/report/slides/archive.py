"""Office files with the same bytes every time: no dates in the archive, nor in what it holds."""

from __future__ import annotations

import io
import re
import zipfile

_EPOCH = (2000, 1, 1, 0, 0, 0)
_DATE = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</dcterms:)")


def fixed_archive(data: bytes) -> bytes:
    """Return an Office file with every date set to the start of 2000, workbooks inside it too."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename.endswith(".xlsx"):
                content = fixed_archive(content)
            elif entry.filename == "docProps/core.xml":
                content = _DATE.sub(rb"\g<1>2000-01-01T00:00:00Z\g<2>", content)
            fixed = zipfile.ZipInfo(entry.filename, _EPOCH)
            fixed.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(fixed, content)
    return buffer.getvalue()
