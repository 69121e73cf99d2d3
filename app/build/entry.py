"""Asking for a ligand: SMILES, a name, an example, a drawing or a file; what Kramers makes of it stands beside it."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.components.sketcher import sketch
from app.text import code_span, sentence, signed, subscripted
from core.chem.ligand.chelates import check_single
from core.chem.ligand.drawing import draw
from core.chem.ligand.input import read_ligand
from core.chem.ligand.ligand import Ligand, ligand_from_text
from core.chem.ligand.names import smiles_of_name
from core.doubts import ordered
from core.errors import KramersError

EXAMPLES = {
    "Me₃PO": "CP(C)(C)=O",
    "Ph₃PO": "O=P(c1ccccc1)(c1ccccc1)c1ccccc1",
    "HMPA": "CN(C)P(=O)(N(C)C)N(C)C",
    "tBuO⁻": "CC(C)(C)[O-]",
    "PhO⁻": "[O-]c1ccccc1",
    "Me₃SiO⁻": "C[Si](C)(C)[O-]",
    "pyridine N-oxide": "[O-][n+]1ccccc1",
    "acetate": "CC(=O)[O-]",
    "pyridine": "c1ccncc1",
}
"""Ligands by the names chemists use."""

SA_HELP = (
    "Synthetic accessibility after Ertl and Schuffenhauer (doi:10.1186/1758-2946-1-8): 1 is easy to make, 10 is hard. "
    "It was fitted to drug-like molecules and says little about ligands of a few atoms. An anion is scored as its acid."
)


def ask_for_ligand(key: str, label: str, *, narrow: bool = False) -> Ligand | None:
    """A ligand, or None while there is none to be read.

    Args:
        key: name of this ligand in the session.
        label: what it is called on the page.
        narrow: whether it has half the page: then the drawing stands below the field, else beside it.
    """
    if narrow:
        field, picture, ways = st.container(), st.container(), st.container()
    else:
        ways, picture = st.columns([3, 2], gap="medium")
        field = ways.container()
    text = _ask_for_text(key, label, field, ways)
    if not text.strip():
        return None
    try:
        ligand = ligand_from_text(text)
        with ways:
            ligand = _ask_for_donor(key, text, ligand)
            _show_doubts(key, ligand)
        with picture:
            _show_ligand(ligand, named=smiles_of_name(text) is not None)
        check_single(ligand)
    except KramersError as error:
        with picture:
            st.badge("not a ligand Kramers can take", color="orange")
            st.text(sentence(error.sentence), width="stretch")
        return None
    return ligand


def _ask_for_text(key: str, label: str, field: DeltaGenerator, ways: DeltaGenerator) -> str:
    """What stands in the field; an example, a drawing and a file go into it."""
    with ways:
        st.pills(
            "or take an example",
            list(EXAMPLES),
            key=f"{key}/example",
            on_change=_take_example,
            args=(key,),
            wrap=True,
            persist_state="session",
        )
        _offer_sketcher(key)
        _offer_upload(key)
    typed = field.text_input(
        f"{label} as SMILES or name",
        key=f"{key}/smiles",
        placeholder="CP(C)(C)=O or trimethylphosphine oxide",
        live="400ms",
        on_change=_forget_example,
        args=(key,),
        persist_state="session",
    )
    return typed or ""


def _offer_sketcher(key: str) -> None:
    """The structure editor; a drawing goes into the field, which therefore comes after it."""
    drawer = st.expander("or draw it", key=f"{key}/drawer", on_change="rerun")
    if not drawer.open:  # the editor's script is large
        return
    with drawer:
        text = st.session_state.get(f"{key}/smiles") or ""
        text = smiles_of_name(text) or text
        drawn = sketch(text, dark=st.context.theme.type == "dark", key=f"{key}/sketch")
    if drawn != text:
        set_smiles(key, drawn)


def _offer_upload(key: str) -> None:
    with st.expander("or a MOL or SDF file"):
        upload = st.file_uploader(
            "Its ligand goes into the field, with its charge, and can be changed there. Of several, the first is taken",
            type=["mol", "sdf", "sd", "mdl"],
            key=f"{key}/file",
            on_change=_take_file,
            args=(key,),
        )
        if upload is not None:
            for said in st.session_state.get(f"{key}/of_file", ()):
                st.text(sentence(said), width="stretch")


def _take_file(key: str) -> None:
    """Put the ligand of an uploaded file into the field; what is to be said of the reading stands below the file."""
    upload = st.session_state[f"{key}/file"]
    if upload is None:
        return
    try:
        smiles, _, doubts = read_ligand(upload.getvalue().decode("utf-8", errors="replace"))
    except KramersError as error:
        st.session_state[f"{key}/of_file"] = (f"Not taken: {error.sentence}",)
        return
    set_smiles(key, smiles)
    _forget_example(key)
    st.session_state[f"{key}/of_file"] = tuple(doubt.text for doubt in doubts)


def _take_example(key: str) -> None:
    name = st.session_state[f"{key}/example"]
    if name is not None:
        st.session_state[f"{key}/smiles"] = EXAMPLES[name]


def _forget_example(key: str) -> None:
    st.session_state[f"{key}/example"] = None


def set_smiles(key: str, smiles: str) -> None:
    """Put a ligand into the field; only before field and examples are shown, or in a callback."""
    st.session_state[f"{key}/smiles"] = smiles


def _ask_for_donor(key: str, text: str, ligand: Ligand) -> Ligand:
    """The ligand with the donor that the chemist chose, where there are several."""
    if not ligand.alternatives:
        return ligand
    words = {ligand.donor: f"{ligand.donor_class.value}, as the rules choose"}
    words |= {choice.atom: f"{choice.donor_class.value}: {choice.reason}" for choice in ligand.alternatives}
    donor = st.selectbox(
        "Donor atom", list(words), format_func=words.__getitem__, key=f"{key}/donor/{ligand.smiles}", width=420
    )
    return ligand_from_text(text, donor=donor)


def _show_doubts(key: str, ligand: Ligand) -> None:
    """What the chemist should doubt, with the ligand less its proton to click where that is what binds."""
    for doubt in ordered(ligand.doubts):
        st.text(f"– {sentence(doubt.text)}", width="stretch")
    for state in ligand.other_charge_states:
        st.button(
            f"Take it without its proton: {code_span(state)}",
            key=f"{key}/state/{state}",
            on_click=set_smiles,
            args=(key, state),
        )


def _show_ligand(ligand: Ligand, *, named: bool) -> None:
    """The drawing with the donor marked, the facts below it, and the SMILES of one that was given by name."""
    dark = st.context.theme.type == "dark"
    st.image(draw(ligand, width=320, height=170, dark=dark), alt=f"Structural formula, {ligand.formula}")
    st.markdown(
        f"**{subscripted(ligand.formula)}**, charge {signed(ligand.charge)} · donor (disc): "
        f"**{ligand.donor_class.value}** · SA score {ligand.synthetic_accessibility:.1f}",
        help=SA_HELP,
    )
    if named:
        st.caption(f"Read as {code_span(ligand.smiles)}")
