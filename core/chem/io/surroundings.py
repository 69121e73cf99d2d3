"""From the bytes of a CIF to what stands around the chosen molecule in its crystal."""

from __future__ import annotations

from core.chem.crystal.cif import choose_block, parse, read_block
from core.chem.crystal.crystal import read_crystal
from core.chem.crystal.packing import Packing, packing
from core.chem.io.boxed import read_as_geometry
from core.chem.io.choice import choose_component
from core.chem.io.unpacking import unpacked


def read_packing(
    data: bytes, name: str = "", *, block: str | None = None, component: int | None = None
) -> Packing | None:
    """The surroundings of the molecule that `core.chem.io.structure.read_structure` takes out of a file, in its frame.

    None for a file without a crystal, or where a net without end is around it.

    Args:
        data, name, block, component: as of `read_structure`.

    Raises:
        KramersError: the file cannot be read.
    """
    data, name, _ = unpacked(data, name)
    if read_as_geometry(data, name) is not None:
        return None
    crystal = read_crystal(read_block(choose_block(parse(data).blocks, block)))
    return packing(crystal, choose_component(crystal, component))
