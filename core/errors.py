"""The errors that Kramers raises on purpose, as a small tree.

::

    KramersError                every one says what is wrong, where, and what to do next
    ├── InputError              the input cannot be read as what it claims to be
    │   ├── UnreadableFile      not a CIF, empty, binary, damaged beyond reading
    │   ├── TooLarge            past a limit of `core.settings`
    │   └── BadSymmetry         symmetry operators that cannot be trusted
    ├── Refused                 the input was read, and Kramers declines to judge it
    │   ├── NoMagneticIon       no metal, no lanthanide
    │   ├── ChoiceNeeded        several blocks, components or metal sites: the user must choose
    │   ├── Polymeric           a net without end: there is no molecule
    │   └── DisorderedMetal     the metal or its first sphere is disordered
    └── DomainError             a model asked for something outside what it covers
"""

from __future__ import annotations


class KramersError(Exception):
    """What is wrong, where it stands, and what the chemist can do about it.

    Args:
        what: one sentence, in the words of a chemist.
        where: file, block, atom or option; empty when `what` says it.
        advice: what to do next; empty when nothing helps.

    >>> import kramers
    >>> try:
    ...     kramers.example("water.cif")
    ... except kramers.KramersError as error:
    ...     error.what
    "there is no example 'water.cif'."
    """

    def __init__(self, what: str, *, where: str = "", advice: str = "") -> None:
        self.what, self.where, self.advice = what, where, advice
        super().__init__(self.sentence)

    @property
    def sentence(self) -> str:
        """The whole message in one line of plain text (not escaped for HTML)."""
        head = f"{self.where}: {self.what}" if self.where else self.what
        return f"{head} {self.advice}".strip()


class InputError(KramersError):
    """The input cannot be read as what it claims to be.

    >>> import kramers
    >>> try:
    ...     kramers.ligand("C(")
    ... except kramers.InputError as error:
    ...     print(error.where, error.what)
    “C(” this cannot be read as a molecule.
    """


class UnreadableFile(InputError):
    """Not a CIF, empty, binary, or damaged beyond reading."""


class TooLarge(InputError):
    """Past one of the limits in `core.settings`."""


class BadSymmetry(InputError):
    """Symmetry that cannot be read or contradicts itself."""


class Refused(KramersError):
    """Read, but Kramers declines to judge it.

    >>> import kramers
    >>> try:
    ...     kramers.ligand("C")
    ... except kramers.Refused as error:
    ...     print(error.sentence)
    no atom has a free lone pair for the metal. A ligand needs a donor: O, N, F, S, P or carbene C.
    """


class NoMagneticIon(Refused):
    """No metal, or no lanthanide, in the structure."""


class ChoiceNeeded(Refused):
    """Several metal sites: the user must choose one."""


class Polymeric(Refused):
    """The bond net has no end: no molecule can be cut out of it."""


class DisorderedMetal(Refused):
    """The metal itself, or its first coordination sphere, is disordered beyond judgement."""


class DomainError(KramersError):
    """A model was asked for something outside what it covers."""
