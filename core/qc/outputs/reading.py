"""An output of another program, whichever it is."""

from __future__ import annotations

from typing import Final

from core.errors import TooLarge, UnreadableFile
from core.qc.outputs.calculation import Calculation
from core.qc.outputs.openmolcas import RASSI, read_openmolcas
from core.qc.outputs.orca import read_orca

MOST_BYTES: Final = 200_000_000


def read_output(data: bytes) -> Calculation:
    """What an output of OpenMolcas or ORCA says.

    Args:
        data: hostile bytes.

    Raises:
        UnreadableFile: of another program, without spin-orbit levels, damaged.
        TooLarge: past `MOST_BYTES`.
    """
    if len(data) > MOST_BYTES:
        raise TooLarge(
            f"the output has {len(data) / 1e6:.0f} MB.", advice="Give the part from the spin-orbit levels on."
        )
    text = data.decode("utf-8", errors="replace").replace("\r\n", "\n")
    if "O   R   C   A" in text or "Program Version" in text or "QDPT WITH" in text:
        return read_orca(text)
    if RASSI in text or "OPENMOLCAS" in text or "&SINGLE_ANISO" in text:
        return read_openmolcas(text)
    raise UnreadableFile("this is no output of OpenMolcas or ORCA.", advice="Give the log of RASSI, or ORCA's output.")
