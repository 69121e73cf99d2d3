"""Kramers from Python: in a notebook, in a script.

    >>> import kramers
    >>> found = kramers.predict(kramers.example("dy-h2o5-opme3-2.cif"))
    >>> found.metal, next(iter(found.shapes)), round(found.levels.first_gap)
    ('Dy', 'PBPY-7', 315)

`predict`, `screen`, `build` and `verify` do what the commands of the same names do, `explore` walks the latent space
of ligands, `generator` gives the model behind it, and `view` draws a result. What cannot be judged is no exception of
these four: the result says why. All else raises a `KramersError`, whose ``sentence`` says what, where, and what to do.
Nothing is computed here; every function hands on to one of `core`.
"""

from __future__ import annotations

import os
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from core import __version__
from core.chem.handed_complex import Complex
from core.chem.ligand import ligand as ligands
from core.chem.ligand.alerts import Alert, alerts_of_smiles
from core.design.search import Found
from core.doubts import Doubt
from core.errors import InputError, KramersError, Refused
from core.magnetism.ion_levels import Levels
from core.progress import Progress
from core.resources import example
from core.schema.files import from_json
from core.workflows.build import Built, NotBuilt, build_from_text
from core.workflows.predict import predict_file
from core.workflows.prediction import Prediction
from core.workflows.screen import Summary
from core.workflows.screen import screen as screen_folder

if TYPE_CHECKING:  # torch takes seconds to load: not before a ligand is decoded
    from core.design.generator import LigandGenerator

__all__ = [
    "Alert",
    "Built",
    "Complex",
    "Doubt",
    "Found",
    "InputError",
    "KramersError",
    "Levels",
    "Ligand",
    "NotBuilt",
    "Prediction",
    "Refused",
    "Summary",
    "__version__",
    "build",
    "example",
    "explore",
    "from_json",
    "generator",
    "ligand",
    "predict",
    "screen",
    "verify",
    "view",
]

PathLike = str | os.PathLike[str]


def __dir__() -> list[str]:
    """What a notebook offers to complete."""
    return __all__


def predict(
    file: PathLike,
    *,
    block: str | None = None,
    component: int | None = None,
    site: int | None = None,
    charge: int | None = None,
) -> Prediction:
    """Judge the lanthanide complex of a crystal structure: its sphere and shape, its levels, whether it is SMM-like.

    Args:
        file: a CIF, or a molecule as XYZ, PDB, MOL2, MOL, SDF or an output of ORCA or OpenMolcas; gzip or zip of it.
        block: data block; the first with atoms by default.
        component: number of the independent molecule, from 1; the largest magnetic one by default.
        site: number of the magnetic site, from 1; needed where there are several magnetic ions.
        charge: total charge [e] of a molecule that comes without a crystal.

    >>> import kramers
    >>> found = kramers.predict(kramers.example("dy-h2o5-opme3-2.cif"))
    >>> found.message
    'C6H28DyO7P2: Dy, coordination number 7, PBPY-7.'
    >>> [round(energy) for energy in found.levels.energies[:4:2]], round(found.verdict.voxel.p_smm, 1)
    ([0, 315], 1.0)
    >>> kramers.predict("none.cif").message
    'the file cannot be read: No such file or directory.'
    """
    return predict_file(Path(file), block=block, component=component, site=site, charge=charge)


def screen(folder: PathLike, table: PathLike, *, jobs: int | None = None, progress: TextIO | None = None) -> Summary:
    """Judge every CIF of a folder and its subfolders into a table, a line a structure, refusals included.

    Args:
        folder: searched with its subfolders.
        table: CSV file; files that stand in it already are skipped, so that a screen goes on where it was stopped.
        jobs: processes; all cores by default.
        progress: where a progress bar goes, ``sys.stderr`` say.

    Raises:
        InputError: `table` exists and is no table of a screen.

    >>> import kramers, pathlib, shutil
    >>> pathlib.Path("crystals").mkdir()
    >>> file = shutil.copy(kramers.example("tb-pc2-pph4.cif"), "crystals")
    >>> summary = kramers.screen("crystals", "table.csv", jobs=1)
    >>> summary.files, summary.ok
    (1, 1)
    """
    return screen_folder(Path(folder), Path(table), jobs=jobs, progress=progress)


class Ligand(ligands.Ligand):
    """One monodentate ligand, read from text; attributes as in `core.chem.ligand.ligand.Ligand`.

    Args:
        text: SMILES, common name (``HMPA``), MOL block or SDF.
        donor: the atom that binds, in the order of the canonical SMILES; None leaves the choice to the rules.

    Raises:
        InputError: it cannot be read, or `donor` is no possible donor.
        Refused: it has no donor, or one that is not covered.

    >>> import kramers
    >>> read = kramers.Ligand("CP(C)(C)=O")
    >>> read.formula, read.donor_element, read.donor_class.value
    ('C3H9OP', 'O', 'phosphine oxide')
    """

    __slots__ = ()

    def __init__(self, text: str, *, donor: int | None = None) -> None:
        read = ligands.ligand_from_text(text, donor=donor)
        super().__init__(**{field.name: getattr(read, field.name) for field in fields(read)})

    def properties(self) -> dict[str, tuple[float, float]]:
        """Mean and standard deviation of what the heads of the generator say of it, by the head's name.

        What each is worth, its unit and the level of its labels stand in ``kramers.generator().heads``.

        Raises:
            OutOfScope: it is no ligand that the generator covers (a `Refused`).

        >>> import kramers
        >>> gap, sd = kramers.Ligand("CC(C)(C)[O-]").properties()["first_gap_cm1"]
        >>> gap > kramers.Ligand("CP(C)(C)=O").properties()["first_gap_cm1"][0]
        True
        """
        from core.design.ligand_properties import ligand_properties

        (found,) = ligand_properties(generator(), [self.smiles], [self.donor])
        if found.out_of_scope is not None:
            raise found.out_of_scope
        return dict(found.values)

    def alerts(self) -> tuple[Alert, ...]:
        """Groups of it that water or the metal destroys, and a base that the five waters would protonate.

        >>> import kramers
        >>> [alert.group for alert in kramers.Ligand("CC(=O)Cl").alerts()]
        ['acyl halide']
        """
        return alerts_of_smiles(self.smiles, self.donor_class)


def ligand(text: str, *, donor: int | None = None) -> Ligand:
    """Read one monodentate ligand; arguments and errors as of `Ligand`.

    >>> import kramers
    >>> kramers.ligand("C[O-]").donor_class.value, kramers.ligand("C[O-]").charge
    ('alkoxide', -1)
    """
    return Ligand(text, donor=donor)


def build(
    axial: str,
    second: str | None = None,
    *,
    metal: str = "Dy",
    equatorial: str = "water",
    donor: int | None = None,
    second_donor: int | None = None,
    progress: Progress | None = None,
) -> Built | NotBuilt:
    """Build the pentagonal-bipyramidal, or octahedral, complex of a ligand, measure and judge it: seconds.

    Args:
        axial: ligand as SMILES, common name, MOL block or SDF, above and below.
        second: another one for below.
        metal: lanthanide, taken as trivalent.
        equatorial: in the plane: ``water``, ``pyridine`` or ``thf``, five of it; ``pyridine4`` or ``thf4``, four.
        donor, second_donor: the atom that binds, as in `ligand`.
        progress: told the stage and a fraction.

    >>> import kramers
    >>> built = kramers.build("[F-]")
    >>> [round(length, 1) for length in built.geometry.axial], built.prediction.metal
    ([2.1, 2.1], 'Dy')
    >>> kramers.build("C").message
    'no atom has a free lone pair for the metal. A ligand needs a donor: O, N, F, S, P or carbene C.'
    """
    return build_from_text(axial, second, metal, equatorial, progress, donor=donor, second_donor=second_donor)


def verify(
    file: PathLike | None = None,
    *,
    smiles: str | None = None,
    preset: str = "standard",
    charge: int | None = None,
    metal: str | None = None,
    block: str | None = None,
    component: int | None = None,
    site: int | None = None,
    multiplicities: str = "all",
    memory_mb: int = 4000,
    threads: int = 1,
    out: PathLike | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Compute the doublets of one complex ab initio (CAHF and spin-orbit CI): seconds to hours.

    Args:
        file: XYZ or CIF.
        smiles: instead of a file, the axial ligand of a complex that is built with five waters.
        preset: basis sets: ``fast``, ``standard`` or ``fine``.
        charge: total charge [e], where a file leaves it in doubt.
        metal: lanthanide to build with (default: Dy), or expected in a file.
        block, component, site: of a CIF, as in `predict`.
        multiplicities: spins that interact: ``all`` or ``high-spin``.
        memory_mb: integrals beyond this go to disk.
        threads: processor threads.
        out: folder for the files of the run; a killed run goes on from there.
        progress: told the stage and a fraction.

    Returns:
        The record that ``kramers verify --json`` prints. Its ``status`` is ok, refused or failed; where it is not ok,
        ``reason`` says why.

    Raises:
        OSError: the folder cannot be written.

    >>> from pathlib import Path
    >>> Path("ce-f.xyz").write_text("2\\ncharge=2\\nCe 0 0 0\\nF 0 0 2.1\\n") > 0
    True
    >>> import kramers
    >>> record = kramers.verify("ce-f.xyz", preset="fast")
    >>> record["status"], [round(doublet["energy_cm1"], -1) for doublet in record["levels"]["doublets"]]
    ('ok', [0.0, 520.0, 1270.0])
    """
    from core.qc import command  # PySCF takes seconds to load

    source = command.Source(None if file is None else Path(file), smiles, preset, charge, metal, block, component, site)
    return command.verify(source, multiplicities, memory_mb, threads, None if out is None else Path(out), progress)


def generator() -> LigandGenerator:
    """The ligand generator that ships with Kramers, loaded once: it encodes ligands and decodes latents.

    Raises:
        UnreadableFile: its weights are missing or damaged.

    >>> import kramers, numpy
    >>> model = kramers.generator()
    >>> decoded = model.decode(numpy.zeros((1, model.size)))[0]
    >>> decoded.smiles == decoded.ligand.smiles, decoded.confidence < 1
    (True, True)
    """
    from core.design.generator import generator as shipped

    return shipped()


def explore(smiles: str, count: int = 32, *, seed: int = 0) -> Found:
    """Ligands around one in the latent space, nearest first, with what the heads of the model say of each.

    Args:
        smiles: a ligand.
        count: how many are wanted; fewer where the model has no more to give.
        seed: the same gives the same.

    Raises:
        OutOfScope: it is no ligand that the generator covers (a `Refused`).

    >>> import kramers
    >>> near = kramers.explore("CP(C)(C)=O", count=3)
    >>> len(near.candidates), near.candidates[0].distance < near.candidates[-1].distance
    (3, True)
    """
    from core.design.search import around

    return around(generator(), smiles, count, seed=seed)


def view(result: Prediction | Built | NotBuilt, *, width: int | str = 640, height: int | str = 480) -> Any:
    """The complex in 3-D with its polyhedron and easy axis, as on the page; a notebook shows it.

    Args:
        result: of `predict` or `build`.
        width, height: [px], or a CSS length.

    Returns:
        A ``py3Dmol.view`` that holds 3Dmol.js (700 kB): it asks the network for nothing.

    Raises:
        Refused: there is no complex to show.

    >>> import kramers
    >>> view = kramers.view(kramers.predict(kramers.example("dy-h2o5-opme3-2.cif")))
    >>> view.write_html("complex.html")
    """
    from app.components.viewer3d.view import build_view

    axial = result.complex.axial_donors if isinstance(result, Built) else None
    prediction = result.prediction if isinstance(result, Built) else result
    if isinstance(prediction, NotBuilt) or prediction.molecule is None:
        raise Refused(prediction.message)
    return build_view(prediction, axial=axial, width=width, height=height)
