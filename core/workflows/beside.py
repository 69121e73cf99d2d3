"""One lanthanide beside other metals: judged by itself, with these as closed shells.

Where they share donors with it, point charges of their oxidation state.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from core.chem.io.choice import check_sphere
from core.chem.io.structure import structure_of
from core.chem.sphere.coordination import CoordinationSphere, coordination_sphere
from core.chem.sphere.metal_sites import Metals, MetalSite
from core.chem.sphere.parts import Parts
from core.doubts import doubt, ordered
from core.fields.crystal_field import crystal_field
from core.fields.donor_charges import ion_factor
from core.fields.electrostatic import point_charges
from core.fields.environment import environment_of
from core.learned.verdict import Verdict
from core.magnetism.ion_levels import Levels
from core.workflows.predict import axial_pair, cell_angles, judge
from core.workflows.prediction import Prediction

NOT_TRAINED: Final = (
    "The voxel network and its control were not trained on ions that share donors with other metals: they are not "
    "asked."
)


ROUGH: Final = (
    "The first gap beside other metals is rough, and no verdict hangs on it: six such ions have 0.9 to 3.7 times this "
    "gap in the engine. The easy axis is better: within 7° for five of them, 22° for one."
)
"""Of the ions of tests/molecules that were computed; docs/several-metals.md."""


def alone(parts: Parts, metals: Metals, site: MetalSite, file: str) -> Prediction:
    """One lanthanide; where it shares donors with other metals, in their field, and without the networks."""
    sphere = coordination_sphere(parts.anatomy, site.atom)
    check_sphere(parts.crystal, parts.anatomy, site.atom)
    found = judge(structure_of(parts, site.atom, sphere, ()), file)
    bridged = {
        atom for bridge in metals.bridges if bridge.angle and site.atom in bridge.metals for atom in bridge.metals
    }
    others = [other for other in metals.sites if other.atom in bridged - {site.atom}]
    if not others or found.levels is None or found.molecule is None:
        return found
    levels = levels_beside(parts, sphere, others)
    doubts = [one for one in found.doubts if one not in found.levels.doubts]
    doubts.append(doubt("bridged-gap-rough", ROUGH))
    pair, angle = axial_pair(sphere, levels.easy_axis)
    return replace(
        found,
        levels=levels,
        axial_pair=pair,
        axial_angle=angle,
        cell_angles=cell_angles(found.molecule, levels),
        doubts=ordered((*doubts, *levels.doubts)),
        verdict=Verdict(in_domain=False, reason=NOT_TRAINED),
    )


def levels_beside(parts: Parts, sphere: CoordinationSphere, others: Sequence[MetalSite]) -> Levels:
    """Levels of an ion beside metals that it shares donors with: these as point charges of their oxidation state, the
    bridging donors with all of their charge.

    Raises:
        DomainError: see `core.fields.crystal_field.crystal_field`.
    """
    component = parts.anatomy.component
    whole = replace(
        sphere,
        donors=tuple(replace(donor, shared_by=1.0) for donor in sphere.donors),
        edge=tuple(replace(donor, shared_by=1.0) for donor in sphere.edge),
    )
    positions, charges = point_charges(environment_of(component.elements, component.positions, whole))
    metal = component.elements[sphere.metal]
    places = component.positions[[other.atom for other in others]] - component.positions[sphere.metal]
    extra = ion_factor(metal) * np.array([[float(other.oxidation)] * 3 for other in others])
    return crystal_field(metal, np.concatenate([positions, places]), np.concatenate([charges, extra]))
