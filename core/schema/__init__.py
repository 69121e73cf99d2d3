"""The JSON that Kramers prints and keeps: types, the published schema, and the reader of older versions."""
