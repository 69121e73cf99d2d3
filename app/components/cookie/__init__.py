"""A cookie that the browser sends back whenever it comes again."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

_SCRIPT = Path(__file__).parent / "cookie.js"


def set_cookie(name: str, value: str, *, key: str) -> None:
    """Have the browser keep a cookie for this host, for a year.

    Args:
        name: letters and underscores.
        value: signs of `core.desk.model.new_token`.
        key: identity of the element.
    """
    component = st.components.v2.component("kramers_cookie", js=_SCRIPT.read_text(encoding="utf-8"))
    component(key=key, data={"name": name, "value": value})
