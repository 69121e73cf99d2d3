"""Write the published JSON Schema from the types of `core.schema`: ``python -m scripts.result_schema``.

Pydantic makes it, which the project needs for nothing else; the tests validate what the commands print against the file
with another program (jsonschema), and compare the file with what is made here.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import ConfigDict, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema
from typing_extensions import is_typeddict

from core.schema import answers, results
from core.schema.files import NAME

FILE = Path(results.__file__).with_name(NAME)

DIALECT = "https://json-schema.org/draft/2020-12/schema"

OPEN = {"EventRecord"}
"""Types to which a run may add entries of its own."""


def records() -> dict[str, Any]:
    """All types, by name."""
    found = {}
    for module in (results, answers):
        found.update({name: one for name, one in vars(module).items() if is_typeddict(one)})
    return found


def schema() -> dict[str, Any]:
    """The schema: whatever a command prints is one of these, or an array of them."""
    adapters: list[tuple[str, Any, TypeAdapter[Any]]] = []
    for name, one in records().items():
        extra: Any = "allow" if name in OPEN else "forbid"
        one.__pydantic_config__ = ConfigDict(extra=extra, use_attribute_docstrings=True)
    for name, one in records().items():
        adapters.append((name, "serialization", TypeAdapter(one)))
    _, made = TypeAdapter.json_schemas(adapters, ref_template="#/$defs/{model}", schema_generator=GenerateJsonSchema)
    definitions = made["$defs"]
    documents = [name for name in sorted(definitions) if "schema" in definitions[name].get("properties", {})]
    anything = [{"$ref": f"#/$defs/{name}"} for name in documents]
    return {
        "$schema": DIALECT,
        "$id": NAME,
        "title": "What Kramers prints and keeps as JSON",
        "anyOf": [*anything, {"type": "array", "items": {"anyOf": anything}}],
        "$defs": dict(sorted(definitions.items())),
    }


def text() -> str:
    """As the file has it."""
    return json.dumps(schema(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
