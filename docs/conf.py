"""The documentation site: `make docs` builds it into build/site, warnings (a dead link is one) count as errors."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE / "_ext")]

from core import __version__  # noqa: E402  the path has to be set first

project = "Kramers"
author = "The Kramers maintainers"
project_copyright = "The Kramers maintainers, Apache-2.0"
version = release = __version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "mathml",
    "command_line",
    "model_cards",
    "glossary_page",
]
exclude_patterns = ["_ext"]

# Pages are read on the forge too: its anchors, its formulas.
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 4
myst_dmath_double_inline = False

default_role = "code"  # docstrings name things in single backticks
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
napoleon_google_docstring = True
napoleon_use_ivar = True

# Furo ships its scripts and takes the fonts of the system; formulas are MathML: no page asks another server.
html_theme = "furo"
html_math_renderer = "mathml"
html_title = f"Kramers {__version__}"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
