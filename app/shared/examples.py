"""The example structures that come with Kramers, in assets/examples."""

from __future__ import annotations

from core.resources import shipped

FOLDER = shipped("assets/examples")

TITLES = {
    "dy-acac3-phen.cif": "Dy(acac)₃(phen)",
    "dy-cp-ipr5-cp-star.cif": "[Dy(Cpⁱᴾʳ⁵)(Cp*)]⁺",
    "dy-h2o5-opme3-2.cif": "[Dy(H₂O)₅(OPMe₃)₂]³⁺",
    "dy-nitrate3-thf3-disordered.cif": "Dy(NO₃)₃(thf)₃, disordered",
    "dy-otbu2-py5-bph4.cif": "[Dy(OᵗBu)₂(py)₅]⁺",
    "dy2-methoxide-acac4.cif": "Dy₂(OMe)₂(acac)₄, two metals",
    "er-cot2-k-crown.cif": "[Er(COT)₂]⁻",
    "tb-pc2-pph4.cif": "[TbPc₂]⁻",
    "zn-dy-valen-nitrate3.cif": "ZnDy(valen)(NO₃)₃",
}
"""What a chemist calls them; a file without a title goes by its name."""


def example_names() -> list[str]:
    """Names of the example files, sorted."""
    return sorted(path.name for path in FOLDER.glob("*.cif"))


def read_example(name: str) -> bytes:
    """The bytes of one of `example_names`."""
    return (FOLDER / name).read_bytes()


def example_title(name: str) -> str:
    """Title of one of `example_names`."""
    return TITLES.get(name, name.removesuffix(".cif"))
