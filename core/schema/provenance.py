"""Where a result comes from: version, input, question and date."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime

from core import __version__
from core.schema.results import Provenance


def provenance(what: str, given: bytes, **chosen: object) -> Provenance:
    """Of a result that is being made now.

    Args:
        what: the command, so that no two commands share a key.
        given: bytes of the input.
        chosen: what else the result depends on, of JSON types.
    """
    digest = hashlib.sha256(given).hexdigest()
    question = {"command": what, "input_sha256": digest, "kramers": __version__, **chosen}
    text = json.dumps(question, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return {
        "kramers": __version__,
        "key": hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
        "input_sha256": digest,
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
    }
