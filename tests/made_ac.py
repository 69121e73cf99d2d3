"""Ac data of known parameters with seeded noise, computed here from the published formulas alone."""

from __future__ import annotations

import math

import numpy as np

TRUE = {"tau0_s": 1e-11, "U_K": 600.0, "C": 1e-5, "n": 3.5, "tau_qtm_s": 0.5}
TERMS = ("orbach", "raman", "qtm")
TEMPERATURES = (*range(2, 30, 3), *range(30, 39))
FREQUENCIES = np.logspace(-1, 3, 21)
WIDTH = 0.08


def time_at(kelvin: float) -> float:
    """τ [s] by the three ways together."""
    orbach = math.exp(-TRUE["U_K"] / kelvin) / TRUE["tau0_s"]
    return 1 / (orbach + TRUE["C"] * kelvin ** TRUE["n"] + 1 / TRUE["tau_qtm_s"])


def cole_cole(frequency: float, time: float, high: float, low: float, width: float) -> tuple[float, float]:
    """χ′ and χ″ in the real form of K. S. Cole and R. H. Cole, which the code under test does not use."""
    x = (2 * math.pi * frequency * time) ** (1 - width)
    sine, cosine = math.sin(math.pi * width / 2), math.cos(math.pi * width / 2)
    below = 1 + 2 * x * sine + x * x
    return low + (high - low) * (1 + x * sine) / below, (high - low) * x * cosine / below


def rows(seed: int, noise: float = 0.003) -> list[tuple[float, float, float, float, float]]:
    """T, f, χ′, χ″ and the standard error of both, χ_T being 11/T."""
    rng = np.random.default_rng(seed)
    found = []
    for kelvin in TEMPERATURES:
        error = noise * 11 / kelvin
        for frequency in FREQUENCIES:
            real, imaginary = cole_cole(float(frequency), time_at(kelvin), 11 / kelvin, 0.3 / kelvin, WIDTH)
            off = error * rng.standard_normal(2)
            found.append((float(kelvin), float(frequency), real + off[0], imaginary + off[1], error))
    return found


def as_csv(seed: int) -> str:
    """With a column of errors for each."""
    lines = [f"{t},{f:.10g},{a:.10g},{b:.10g},{e:.10g},{e:.10g}" for t, f, a, b, e in rows(seed)]
    return "\n".join(["T/K,f/Hz,chi',chi'',chi'_err,chi''_err", *lines]) + "\n"
