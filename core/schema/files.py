"""Results to JSON text and back, and the published schema."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final, cast

from core.errors import InputError
from core.schema.old import current
from core.schema.results import SCHEMA_VERSION, Result

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator

NAME: Final = f"kramers-result-{SCHEMA_VERSION}.schema.json"

RESULTS: Final = {
    "prediction": "PredictionRecord",
    "built": "BuiltRecord",
    "not-built": "NotBuiltRecord",
    "verification": "VerificationRecord",
    "not-verified": "NotVerifiedRecord",
}
"""Definition in the schema of each kind of result."""


def schema_text() -> str:
    """The published JSON Schema."""
    return (files("core.schema") / NAME).read_text(encoding="utf-8")


@cache
def validator(definition: str) -> Draft202012Validator:
    """Checks a value against one definition of the schema."""
    from jsonschema import Draft202012Validator  # only what reads a file waits for it

    schema = json.loads(schema_text())
    return Draft202012Validator({"$ref": f"#/$defs/{definition}", "$defs": schema["$defs"]})


def to_json(result: Mapping[str, Any]) -> str:
    """One line; numbers are written so that the same ones are read again."""
    return json.dumps(result, ensure_ascii=False, allow_nan=False)


def from_json(text: str) -> Result:
    """A result from hostile text, in the present version whichever wrote it.

    Raises:
        InputError: no JSON, no result of Kramers, or one that does not hold to the schema.

    >>> import kramers
    >>> found = kramers.predict(kramers.example("dy-h2o5-opme3-2.cif"))
    >>> record = kramers.from_json(found.to_json())
    >>> record == found.to_dict(), round(record["levels"]["first_gap_cm1"])
    (True, 315)
    """
    try:
        given = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"this is not JSON ({type(error).__name__}).", advice="Give a result of Kramers.") from None
    if not isinstance(given, dict):
        raise InputError("a result of Kramers is one JSON object.", advice="Of an array, give one entry.")
    try:
        record = current(given)
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise InputError(f"this result of an older version is damaged ({type(error).__name__}).") from None
    definition = RESULTS.get(str(record.get("kind")))
    if definition is None:
        raise InputError("this JSON is no result of Kramers.", advice="Give what predict, build or verify wrote.")
    wrong = next(validator(definition).iter_errors(record), None)
    if wrong is not None:
        where = "/".join(str(step) for step in wrong.absolute_path)[:80]
        raise InputError("the result does not hold to its schema.", where=where, advice="See kramers schema.")
    return cast(Result, record)
