"""Reading a CIF: encodings, elements, symmetry, and what is said when it cannot be read."""

from __future__ import annotations

import gzip

import pytest

from core import settings
from core.chem.crystal.cif import decode, parse, read_block
from core.chem.crystal.sites import element_of
from core.doubts import codes
from core.errors import BadSymmetry, KramersError, TooLarge, UnreadableFile
from tests.chem import geometry as g

ATOMS: g.Atoms = [("Dy", (0.0, 0.0, 0.0)), ("Cl", (0.0, 0.0, 2.65)), ("Cl", (0.0, 2.65, 0.0)), ("Cl", (2.65, 0.0, 0.0))]
OPERATOR = "loop_\n_space_group_symop_operation_xyz\nx,y,z"


def block(text: str):  # type: ignore[no-untyped-def]
    return read_block(parse(text.encode()).blocks[0])


@pytest.mark.parametrize(
    ("type_symbol", "label", "known", "element"),
    [
        ("Dy3+", "X1", "", "Dy"),
        ("Nd+3", "Nd1", "", "Nd"),
        ("O2-", "O1", "", "O"),
        ("D", "D1", "", "H"),
        ("?", "Dy1A", "", "Dy"),
        (".", "C12A", "", "C"),
        ("", "Wat1", "", "O"),
        ("", "OW1", "", "O"),
        ("", "CO1", "C H O Dy", "C"),
        ("", "CO1", "Co C H", "Co"),
        ("", "HOA", "C H O", "H"),
        ("CL", "Cl1", "", "Cl"),
        ("dy", "dy1", "", "Dy"),
    ],
)
def test_the_element_comes_from_the_type_symbol_else_from_the_label(
    type_symbol: str, label: str, known: str, element: str
) -> None:
    assert element_of(type_symbol, label, frozenset(known.split())) == element


def test_an_unknown_element_is_named_in_the_error() -> None:
    with pytest.raises(UnreadableFile, match="Xx1"):
        element_of("Xx", "Xx1")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_encoding_and_line_end_reads_the_same(encoding: str, newline: str) -> None:
    text = g.cif(ATOMS, head="_chemical_name_common 'Ångström'")
    assert decode(text.replace("\n", newline).encode(encoding)) == text


def test_latin_1_text_is_read_when_it_is_no_utf_8() -> None:
    text = g.cif(ATOMS, head="_chemical_name_common 'Ångström'")
    assert decode(text.encode("latin-1")) == text


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (gzip.compress(b"data_x", mtime=0), "gzip"),
        (b"%PDF-1.7", "PDF"),
        (b"data_x\x00\x01\x02", "binary"),
        (b"hello world", "no line starts with data_"),
        (b"data_x\n_cell_length_a 10\n", "no atom sites"),
        (b"data_x\n_tag 'never closed\n", "line 2"),
    ],
)
def test_what_is_no_crystal_structure_is_said_in_a_sentence(data: bytes, says: str) -> None:
    with pytest.raises(UnreadableFile, match=says):
        parse(data)


def test_a_file_past_the_limit_is_not_parsed() -> None:
    with pytest.raises(TooLarge, match="100 MB"):
        parse(b"x" * 100_000_000)


def test_a_file_that_is_large_by_its_reflections_is_read() -> None:
    line = "   1   2   3  100.00    1.00   1\n"
    embedded = f"_shelx_hkl_file\n;\n{line * 500_000};\n"
    loop = "loop_\n_refln_index_h\n_refln_index_k\n_refln_F_squared_meas\n" + "1 2 300.0\n" * 500_000
    data = f"{g.cif(ATOMS)}{embedded}{loop}".encode()
    assert len(data) > settings.MAX_FILE_BYTES
    assert parse(data).blocks[0].find_value("_cell_length_a") == "22.0"


BODY = g.cif([("Dy", (0.0, 0.0, 0.0)), ("Cl", (2.6, 0.0, 0.0))])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (f"Supporting information\nfor: a paper\n\n{BODY}", "before the first data block"),
        (f"{BODY}\x1a", "Ctrl-Z"),
        (f"data_global\n_a 1\n{BODY}data_global\n_a 2\ndata_global\n_a 3\n", "same name"),
        (BODY.replace("_cell_length_b 22.0", "_cell_length_b 22.0\n_cell_length_b 23.0"), "given twice"),
        (
            BODY.replace("_cell_length_b", "_exptl_crystal_density_meas\n_exptl_crystal_F_000\n_cell_length_b"),
            "no value",
        ),
        (f"words\n{BODY}_last_tag\n\x1a", "no value"),
    ],
    ids=["preface", "Ctrl-Z", "two blocks of one name", "a tag twice", "two tags without value", "all at once"],
)
def test_a_file_that_is_not_quite_cif_is_read_with_a_doubt(text: str, says: str) -> None:
    parsed = parse(text.encode())
    assert any(says in one.text for one in parsed.doubts)
    crystal = next(read_block(b) for b in parsed.blocks)
    assert (crystal.cell[1], crystal.sites.elements) == (22.0, ("Dy", "Cl"))


def test_cartesian_coordinates_without_fractional_ones_get_a_sentence_of_their_own() -> None:
    with pytest.raises(UnreadableFile, match="Cartesian coordinates"):
        parse(b"data_x\nloop_\n_atom_site_label\n_atom_site_Cartn_x\nDy1 0.0\n")


def test_the_space_group_of_old_shelx_is_read() -> None:
    text = g.cif(ATOMS).replace(
        "loop_\n_space_group_symop_operation_xyz\nx,y,z", "_symmetry_space_group_name_H-M P2(1)/n"
    )
    assert len(block(text).symmetry.rotations) == 4


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("_cell_length_a 22.0", "_cell_length_a ?", "_cell_length_a"),
        ("_cell_length_a 22.0", "_cell_length_a 0.001", "volume"),
        ("_cell_angle_beta 90", "_cell_angle_beta 179.99999", "volume"),
        ("Cl2 Cl 0.4", "Cl2 Cl nan", "coordinate of atom .Cl2."),
        ("Cl2 Cl 0.4", "Cl2 Qq 0.4", None),
    ],
)
def test_impossible_numbers_name_the_place(old: str, new: str, says: str | None) -> None:
    text = g.cif(ATOMS)
    assert old in text
    if says is None:  # an unknown type symbol falls back to the label
        assert block(text.replace(old, new)).sites.elements[1] == "Cl"
        return
    with pytest.raises(KramersError, match=says):
        block(text.replace(old, new))


@pytest.mark.parametrize("occupancy", ["1.5", "-0.1", "nan", "much"])
def test_an_occupancy_outside_0_to_1_is_refused(occupancy: str) -> None:
    text = g.cif(ATOMS, columns="_atom_site_occupancy", rows=f"Dy1 Dy 0.4 0.4 0.4 1\nCl1 Cl 0.5 0.4 0.4 {occupancy}")
    with pytest.raises(UnreadableFile, match=r"occupancy of atom .Cl1."):
        block(text)


def test_sites_without_coordinates_are_counted_and_said() -> None:
    read = block(g.cif(ATOMS) + "H9 H ? ? ?\n")
    assert read.skipped == 1
    assert "sites-without-coordinates" in codes(read.doubts)


@pytest.mark.parametrize(
    ("symmetry", "says"),
    [
        ("loop_\n_space_group_symop_operation_xyz\nx,y,z\nx,y", "operator 2 cannot be read"),
        ("loop_\n_space_group_symop_operation_xyz\nx,y,z\nx,y,x", "operator 2 is no rotation"),
        ("loop_\n_space_group_symop_operation_xyz\nx,y,z\n-x,y+1/3,-z", "do not form a group"),
        ("loop_\n_space_group_symop_operation_xyz\n-x,-y,-z", "identity"),
        ("_space_group_name_H-M_alt 'P 99'", "space group cannot be read"),
        ("_space_group_name_Hall 'nonsense'", "Hall symbol"),
        ("", "gives no symmetry"),
    ],
)
def test_symmetry_that_cannot_be_trusted_is_an_error(symmetry: str, says: str) -> None:
    with pytest.raises(BadSymmetry, match=says):
        block(g.cif(ATOMS).replace(OPERATOR, symmetry))


def test_operators_that_do_not_fit_the_cell_are_an_error() -> None:
    text = g.cif(ATOMS).replace("_cell_length_a 22.0", "_cell_length_a 25.0")
    threefold = OPERATOR + "\nz,x,y\ny,z,x"
    with pytest.raises(BadSymmetry, match="do not fit the unit cell"):
        block(text.replace(OPERATOR, threefold))


@pytest.mark.parametrize(
    "symmetry",
    [
        "loop_\n_space_group_symop_operation_xyz\nx,y,z\n-x,-y,-z",
        "loop_\n_symmetry_equiv_pos_as_xyz\n'x, y, z'\n'-x, -y, -z'",
        "loop_\n_space_group_symop.operation_xyz\nx,y,z\n-x,-y,-z",
        "_space_group_name_Hall '-P 1'",
        "_space_group_name_H-M_alt 'P -1'",
        "_symmetry_space_group_name_H-M 'P-1'",
        "_space_group_IT_number 2",
    ],
)
def test_operators_come_from_the_list_the_hall_symbol_the_name_or_the_number(symmetry: str) -> None:
    read = block(g.cif(ATOMS).replace(OPERATOR, symmetry))
    assert len(read.symmetry.rotations) == 2


def test_a_list_shorter_than_the_space_group_is_doubted() -> None:
    read = block(g.cif(ATOMS, head="_space_group_name_H-M_alt 'P -1'"))
    assert any("lists 1 symmetry operators, but P -1 has 2" in one.text for one in read.doubts)


def test_too_large_an_expansion_is_refused_before_it_is_made() -> None:
    text = g.cif(ATOMS).replace(OPERATOR, "_space_group_name_H-M_alt 'F m -3 m'")
    rows = "\n".join(f"C{k} C {0.001 * (k % 997):.4f} {0.0013 * (k % 769):.4f} 0.{k:05d}" for k in range(4000))
    with pytest.raises(TooLarge, match="192 symmetry operators"):
        block(text + rows + "\n")


@pytest.mark.parametrize("symmetry", ["_space_group_IT_number 85", "_space_group_name_H-M_alt 'P 4/n'"])
def test_a_group_with_two_origins_is_not_guessed(symmetry: str) -> None:
    with pytest.raises(BadSymmetry, match="two choices of origin"):
        block(g.cif(ATOMS).replace(OPERATOR, symmetry))


def test_a_named_origin_choice_is_taken() -> None:
    read = block(g.cif(ATOMS).replace(OPERATOR, "_space_group_name_H-M_alt 'P 4/n :2'"))
    assert len(read.symmetry.rotations) == 8


@pytest.mark.parametrize(("gamma", "operators"), [("120", 9), ("90", 3)])
def test_the_axes_of_a_rhombohedral_group_are_told_by_the_cell(gamma: str, operators: int) -> None:
    text = g.cif(ATOMS).replace(OPERATOR, "_space_group_name_H-M_alt 'R 3'")
    read = block(text.replace("_cell_angle_gamma 90", f"_cell_angle_gamma {gamma}"))
    assert len(read.symmetry.rotations) == operators


REFINED = """data_shelx
_audit_creation_method 'SHELXL-2018/3'
_shelx_res_file
;
TITL </script> data_ loop_ _atom_site_label
;
_chemical_formula_sum 'Cl3 Dy'
_cell_length_a 22.000(3)
_cell_length_b 22.000(3)
_cell_length_c 22.000(3)
_cell_angle_alpha 90
_cell_angle_beta 90.000(2)
_cell_angle_gamma 90
_cell_formula_units_Z 1
_space_group_name_H-M_alt "P 1"
loop_
 _space_group_symop_operation_xyz
 'x, y, z'
loop_
 _atom_site_label
 _atom_site_type_symbol
 _atom_site_fract_x
 _atom_site_fract_y
 _atom_site_fract_z
 _atom_site_U_iso_or_equiv
 _atom_site_adp_type
 _atom_site_occupancy
 _atom_site_site_symmetry_order
 _atom_site_calc_flag
 _atom_site_refinement_flags_posn
 _atom_site_disorder_assembly
 _atom_site_disorder_group
Dy1 Dy 0.40000(2) .40000(2) 0.4(0) 0.0123(2) Uani 1 1 d . . .
Cl1 Cl 0.51818(5) 0.40000(2) 0.40000(2) 0.0213(3) Uani 1 1 d . . .
Cl2 Cl 0.34091(5) 0.50227(5) 0.40000 0.0213(3) Uani 1 1 d . . .
Cl3 Cl 3.4091e-1(5) 0.29773(5) 0.40000 0.0213(3) Uani 1 1 d . . .
H1D D . . . . Uiso 0 1 dum . . .
loop_
 _atom_site_aniso_label
 _atom_site_aniso_U_11
Dy1 0.0123(3)
loop_
 _geom_bond_atom_site_label_1
 _geom_bond_atom_site_label_2
 _geom_bond_distance
Dy1 Cl1 2.600(1)
"""


def test_a_file_as_refinement_programs_write_it_is_read() -> None:
    read = block(REFINED)
    assert read.sites.elements == ("Dy", "Cl", "Cl", "Cl")
    assert read.sites.fractional[0].tolist() == [0.4, 0.4, 0.4]
    assert read.sites.fractional[3, 0] == pytest.approx(0.34091)
    assert read.cell[0] == 22.0
    assert "sites-dummy" in codes(read.doubts)
