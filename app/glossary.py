"""The words of the pages that need one: what each means, behind the small question marks and on the glossary's page."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from core.chem.sphere.buried_volume import SPHERE_RADIUS
from core.fields.smm_like import GAP_CM1

TERMS: Final = MappingProxyType(
    {
        "SMM-like": (
            f"In zero field, one ion by itself: the first gap is at least {GAP_CM1:g} cm⁻¹ and the ground doublet is "
            "axial. It is not the same as “reported as an SMM”, which depends on field, dilution and packing too."
        ),
        "first gap": (
            "Energy from the ground doublet to the next level of the ion. It is no barrier: tunnelling and Raman "
            "relaxation are often faster than the way over it."
        ),
        "90 % interval": (
            "Made so wide that nine of ten complexes which the model never saw have their computed gap within it."
        ),
        "electrostatic model": (
            "Effective charges on the donor atoms, fitted to levels that the engine computed for other complexes. It "
            "leads the page, since everything else learned from it."
        ),
        "voxel network": (
            "A neural network that sees the surroundings of the ion as a picture in three dimensions and gives its "
            "crystal field. It learned from the electrostatic model."
        ),
        "invariant control": (
            "A second, simpler model beside the network: decision trees on numbers that do not change when the complex "
            "is turned. Where the two disagree, believe neither too firmly."
        ),
        "domain distance": (
            "How unlike the surroundings of the ion are to those that the network learned from: 1 is usual among "
            "them. Far outside, the network and its control do not answer."
        ),
        "easy axis": "Direction along which the ground doublet carries its moment: the axis of g_z.",
        "g tensor": (
            "How strongly a doublet's moment couples to a field along three axes. A perfect Ising doublet has g_z = 20 "
            "(Dy), 18 (Tb, Er) and g_x = g_y = 0; what is left of g_x and g_y lets the magnetisation tunnel."
        ),
        "tunnelling splitting": (
            "Of an ion with an even number of electrons (Tb, Ho): the two states of its ground pair are split by so "
            "much in zero field, and the magnetisation tunnels the faster the larger it is."
        ),
        "tunnelling criterion": (
            "g_T θ₃ of a computed doublet: its transverse g times its angle to the ground level's axis. From a "
            "threshold on, the magnetisation is taken to tunnel through this doublet instead of climbing higher."
        ),
        "transition moment": (
            "Mean moment between two states, in μ_B: within a doublet it tells how fast the magnetisation tunnels, "
            "between doublets how readily it climbs."
        ),
        "SHAPE": (
            "Continuous shape measure (CShM): 0 for the ideal polyhedron, about 1 for a slight distortion, above 3 for "
            "another shape. PBPY-7 is the pentagonal bipyramid, SAPR-8 the square antiprism, and so on."
        ),
        "hapticity": (
            "η: how many atoms of a ligand touch the metal side by side. A ring bound by its face (η⁵, η⁸) is one site "
            "here, at its centroid; its atoms are counted where the coordination number is given by atoms."
        ),
        "weight": "1 for a donor well inside the first sphere, falling to 0 at the longest distance that counts.",
        "B_kq": "Crystal-field parameters in front of the Stevens operators O_kq, ranks k = 2, 4, 6.",
        "CAHF": (
            "Configuration-averaged Hartree–Fock: one set of orbitals, averaged over all ways to fill the 4f shell. "
            "All states of 4fⁿ are then built from them, with spin–orbit coupling; close to CASSCF, and faster."
        ),
        "preset": (
            "Size of the basis set: fast for many complexes, standard for one that matters, fine to see whether the "
            "basis still changes anything. Compare results of the same preset only."
        ),
        "spins": (
            "Which spin multiplicities of 4fⁿ enter the spin–orbit coupling. Highest only is what many published "
            "calculations have: choose it to compare with them."
        ),
        "protocol": (
            "The recipe by which a complex was built: start, restraints, GFN2-xTB, correction of bond lengths. Results "
            "of different protocols differ in geometry."
        ),
        "restraint energy": (
            "Energy of the angles that are held while the complex is built. A large value says that GFN2-xTB alone "
            "would bend the complex."
        ),
        "buried volume": f"Share of a sphere of {SPHERE_RADIUS:g} Å around the metal that a ligand fills.",
        "SA score": (
            "Synthetic accessibility, from 1, easy to make, to 10, hard. Fitted to drug-like molecules: it says little "
            "about ligands of a few atoms."
        ),
        "σ": (
            "Distance in the space in which the generator writes ligands down, in standard deviations of all of them: "
            "the nearer, the more alike the model holds them."
        ),
        "alert": (
            "A group that water or the metal destroys, or a base that bound water would protonate: a chemist's list, "
            "no model. A ligand without alerts may be unstable all the same."
        ),
        "U_eff": "Barrier of an Orbach fit to measured relaxation times, in kelvin (1 cm⁻¹ = 1.44 K).",
    }
)
"""What each word means, in one or two sentences of our own (Markdown)."""


def meaning(*words: str) -> str:
    """For a help mark: the sentences of one word, or of several with each word before its own.

    Raises:
        KeyError: no such word.
    """
    return TERMS[words[0]] if len(words) == 1 else "\n\n".join(f"**{word}**: {TERMS[word]}" for word in words)


def as_page() -> str:
    """The glossary as a page of the documentation."""
    entries = "\n\n".join(
        f"## {word}\n\n{said}" for word, said in sorted(TERMS.items(), key=lambda one: one[0].lower())
    )
    return f"# Glossary\n\nThe same words stand behind the question marks of the pages.\n\n{entries}\n"
