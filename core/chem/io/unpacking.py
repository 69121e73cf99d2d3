"""A file out of a gzip or zip archive."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib

from core import settings
from core.chem.quoting import shown
from core.doubts import Doubt, doubt
from core.errors import TooLarge, UnreadableFile


def unpacked(data: bytes, name: str) -> tuple[bytes, str, tuple[Doubt, ...]]:
    """What is inside an archive, its name, and doubts; anything else is handed back as it is.

    Raises:
        UnreadableFile: a damaged or empty archive.
        TooLarge: more inside than `settings.MAX_RAW_BYTES`.
    """
    try:
        if data.startswith(b"\x1f\x8b"):
            with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
                return _limited(file.read(settings.MAX_RAW_BYTES + 1)), name.removesuffix(".gz"), ()
        if data.startswith(b"PK\x03\x04"):
            return _from_zip(data)
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile, RuntimeError, NotImplementedError):
        text = "the gzip or zip archive is damaged or locked."
        raise UnreadableFile(text, advice="Unpack it and give the file.") from None
    return data, name, ()


def _limited(data: bytes) -> bytes:
    if len(data) > settings.MAX_RAW_BYTES:
        limit = settings.MAX_RAW_BYTES / 1e6
        raise TooLarge(f"the archive holds more than {limit:.0f} MB.", advice="Give one structure.")
    return data


def _from_zip(data: bytes) -> tuple[bytes, str, tuple[Doubt, ...]]:
    """The first file of a zip; an office document has none with an ending that is read."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = [i.filename for i in archive.infolist() if not i.is_dir() and i.filename.lower().endswith(_ENDINGS)]
        if not names:
            raise UnreadableFile(
                "the zip archive (or office document) holds no structure.",
                advice="Pack CIFs or XYZ files, or give one.",
            )
        with archive.open(names[0]) as file:
            inside = _limited(file.read(settings.MAX_RAW_BYTES + 1))
    more = f"The archive holds {len(names)} structures; {shown(names[0])} was read." if len(names) > 1 else ""
    return inside, names[0], (doubt("file-archive", more),) if more else ()


_ENDINGS = (".cif", ".mcif", ".xyz", ".extxyz", ".pdb", ".ent", ".mol2", ".mol", ".sdf", ".out", ".log")
