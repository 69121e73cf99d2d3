"""The compiled loops of `core.qc.three_index`: products of primitives of two shells against an auxiliary shell."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit

from core.qc.hermite_tables import FARTHEST, PER_UNIT


def _compiled(function: Any) -> Any:
    """To machine code, at the first call; kept on disk where there is a folder for it."""
    try:
        return njit(cache=True, fastmath=True, error_model="numpy", nogil=True)(function)
    except RuntimeError:  # no folder can be written to
        return njit(fastmath=True, error_model="numpy", nogil=True)(function)


@_compiled
def _kept_products(na, nb, a, b, ca, cb, apart, skipped):  # type: ignore[no-untyped-def]
    """(n, 2) primitives whose product counts, by the first."""
    kept = np.empty((na * nb, 2), dtype=np.int64)
    n = 0
    for i in range(na):
        for j in range(nb):
            p = a[i] + b[j]
            if ca[i] * cb[j] * math.exp(-a[i] * b[j] / p * apart) * (math.pi / p) ** 1.5 > skipped:
                kept[n, 0], kept[n, 1] = i, j
                n += 1
    return kept[:n]


@_compiled
def _hermite_coefficients(la, lb, p, pa, pb, where, first, second, spherical, e, out):  # type: ignore[no-untyped-def]
    """One primitive product in Hermite Gaussians: `out` (tuv, 2la+1, 2lb+1); `e` is room for its Cartesian factors."""
    half = 0.5 / p
    for axis in range(3):
        one = e[axis]
        one[:, :, :] = 0.0
        one[0, 0, 0] = 1.0
        for i in range(la + 1):
            for j in range(lb + 1):
                if i == 0 and j == 0:
                    continue
                below = one[i, j - 1] if j else one[i - 1, 0]
                shift = pb[axis] if j else pa[axis]
                for t in range(i + j + 1):
                    value = shift * below[t] + (t + 1) * below[t + 1]
                    if t:
                        value += half * below[t - 1]
                    one[i, j, t] = value
    na, nb = 2 * la + 1, 2 * lb + 1
    out[:, :, :] = 0.0
    ca = first
    for ax in range(la, -1, -1):
        for ay in range(la - ax, -1, -1):
            cb = second
            for bx in range(lb, -1, -1):
                for by in range(lb - bx, -1, -1):
                    x, y, z = e[0, ax, bx], e[1, ay, by], e[2, la - ax - ay, lb - bx - by]
                    for t in range(ax + bx + 1):
                        for u in range(ay + by + 1):
                            for v in range(la - ax - ay + lb - bx - by + 1):
                                f = x[t] * y[u] * z[v]
                                to = out[where[t, u, v]]
                                for m in range(na):
                                    for n in range(nb):
                                        to[m, n] += f * spherical[ca + m] * spherical[cb + n]
                    cb += nb
            ca += na


@_compiled
def _boys(low, high, t, near, table, out):  # type: ignore[no-untyped-def]
    """F_low … F_high, (high − low + 1, lanes), of all `t` (lanes): the asymptote, then those below FARTHEST from the
    table; `near` is room for their places."""
    many = 0
    for lane in range(len(t)):
        near[many] = lane
        many += t[lane] < FARTHEST
    if many < len(t):
        for lane in range(len(t)):
            over = 0.5 / t[lane]
            value = math.sqrt(math.pi * 0.5 * over)
            for n in range(low):
                value *= (2 * n + 1) * over
            out[0, lane] = value
            for n in range(low, high):
                value *= (2 * n + 1) * over
                out[n - low + 1, lane] = value
    for lane in near[:many]:
        x = t[lane]
        place = int(x * PER_UNIT + 0.5)
        d = place * (1.0 / PER_UNIT) - x
        row = table[place, high + 1 :]
        e2 = d * d
        value = (row[0] + d * row[1]) + e2 * (
            (0.5 * row[2] + d * (row[3] / 6)) + e2 * ((row[4] / 24 + d * (row[5] / 120)) + e2 * (row[6] / 720))
        )
        out[high - low, lane] = value
        if high > low:
            e = table[place, 0] * ((1 + d) + e2 * ((0.5 + d / 6) + e2 * ((1 / 24 + d * (1 / 120)) + e2 * (1 / 720))))
            for n in range(high, low, -1):
                value = (2 * x * value + e) * (1.0 / (2 * n - 1))
                out[n - 1 - low, lane] = value


@_compiled
def _radial(momentum, order, exponents, coefficients, p, square, table, room, near, scaled, out):  # type: ignore[no-untyped-def]
    """`out` (order + 1, functions, lanes): derivatives (1/R d/dR)^(ℓ+n) of the contracted integrals of s functions."""
    lanes = len(p)
    nq, nk = coefficients.shape
    front = 2 * math.pi**2.5
    out[: order + 1, :nk] = 0.0
    t, alpha, factor = room[0], room[1], room[2]
    for q in range(nq):
        g = exponents[q]
        for lane in range(lanes):
            over = 1.0 / (p[lane] + g)
            alpha[lane] = p[lane] * g * over
            t[lane] = alpha[lane] * square[lane]
            factor[lane] = front * math.sqrt(over) * over / alpha[lane]
        for _ in range(momentum):
            for lane in range(lanes):
                factor[lane] *= alpha[lane] * (1 / g)
        _boys(momentum, momentum + order, t, near, table, scaled)
        for n in range(order + 1):
            one = scaled[n]
            for lane in range(lanes):
                one[lane] *= factor[lane]
                factor[lane] *= -2 * alpha[lane]
            for k in range(nk):
                f = coefficients[q, k]
                to = out[n, k]
                for lane in range(lanes):
                    to[lane] += f * one[lane]


@_compiled
def _differentiated(order, nk, away, radial, where, before, now):  # type: ignore[no-untyped-def]
    """∂^tuv of what depends on the distance alone, (tuv, functions, lanes), by the recursion of McMurchie and Davidson;
    returned in one of the two rooms."""
    lanes = away.shape[1]
    now[0, :nk] = radial[order, :nk]
    for n in range(order - 1, -1, -1):
        now, before = before, now
        now[0, :nk] = radial[n, :nk]
        for degree in range(1, order - n + 1):
            for x in range(degree, -1, -1):
                for y in range(degree - x, -1, -1):
                    z = degree - x - y
                    axis = 0 if x else (1 if y else 2)
                    dx, dy, dz = axis == 0, axis == 1, axis == 2
                    times = (x if dx else (y if dy else z)) - 1
                    less = where[x - dx, y - dy, z - dz]
                    least = where[x - 2 * dx, y - 2 * dy, z - 2 * dz] if times else 0
                    here = where[x, y, z]
                    for k in range(nk):
                        to, of, older = now[here, k], before[less, k], before[least, k]
                        if times:
                            for lane in range(lanes):
                                to[lane] = away[axis, lane] * of[lane] + times * older[lane]
                        else:
                            for lane in range(lanes):
                                to[lane] = away[axis, lane] * of[lane]
    return now


@_compiled
def _solid_harmonics(highest, away, first, pairs, factors, constant, out):  # type: ignore[no-untyped-def]
    """S_ℓm of the distances, (ℓ, m, lanes), by Euler's ℓ S_ℓ = r · ∇S_ℓ."""
    lanes = away.shape[1]
    out[: highest + 1] = 0.0
    out[0, 0] = constant
    for degree in range(1, highest + 1):
        for axis in range(3):
            for k in range(first[3 * degree + axis], first[3 * degree + axis + 1]):
                m, n = pairs[k]
                f = factors[k] / degree
                for lane in range(lanes):
                    out[degree, m, lane] += f * away[axis, lane] * out[degree - 1, n, lane]


@_compiled
def _slopes(momentum, degrees, solid, spans, pairs, factors, out, there):  # type: ignore[no-untyped-def]
    """∂^abc S_ℓm, (abc, m, lanes), and which are not zero."""
    lanes = solid.shape[2]
    for part in range(len(degrees)):
        there[part] = False
        if degrees[part] > momentum:
            continue
        out[part, : 2 * momentum + 1] = 0.0
        for r in range(spans[momentum, part], spans[momentum, part + 1]):
            m, n = pairs[r]
            there[part, m] = True
            f = factors[r]
            for lane in range(lanes):
                out[part, m, lane] += f * solid[momentum - degrees[part], n, lane]


@_compiled
def shell_integrals(one, basis, auxiliary, tables, out):  # type: ignore[no-untyped-def]
    """Rows μν of `out` (packed lower triangle, auxiliary functions): μ of shell `one`, ν of the shells up to it."""
    ours, exponents, coefficients, largest, centres = basis
    theirs, their_exponents, their_coefficients, their_centres = auxiliary
    (
        table, where, degrees, terms, firsts, spans, pairs, factors, first, harmonic_pairs, harmonic_factors,
        sphere, spherical, skipped, room_size,
    ) = tables  # fmt: skip
    naux = out.shape[1]
    widest = 0
    longest = 0
    for shell in range(len(theirs)):
        widest = max(widest, (2 * theirs[shell, 0] + 1) * theirs[shell, 2])
        longest = max(longest, theirs[shell, 2])
    highest = theirs[:, 0].max()
    for other in range(one + 1):
        a, b = (one, other) if ours[one, 2] >= ours[other, 2] else (other, one)
        la, na, ra, ea, fa, oa = ours[a]
        lb, nb, rb, eb, fb, ob = ours[b]
        order = la + lb
        ntuv = (order + 1) * (order + 2) * (order + 3) // 6
        wa, wb = 2 * la + 1, 2 * lb + 1
        gap = centres[a] - centres[b]
        apart = gap[0] ** 2 + gap[1] ** 2 + gap[2] ** 2
        kept = _kept_products(
            na, nb, exponents[ea : ea + na], exponents[eb : eb + nb], largest[ea : ea + na], largest[eb : eb + nb],
            apart, skipped,
        )  # fmt: skip
        lanes = len(kept)
        columns = wa * rb * wb
        block = np.zeros((ra * columns, naux))
        # the products in Hermite Gaussians, contracted over b: a matrix (columns, tuv · lanes) a primitive of a
        begins = np.zeros(na + 1, dtype=np.int64)
        for lane in range(lanes):
            begins[kept[lane, 0] + 1] += 1
        for i in range(na):
            begins[i + 1] += begins[i]
        combined = np.empty(columns * ntuv * lanes)
        p, point = np.empty(lanes), np.empty((3, lanes))
        e = np.zeros((3, la + 1, lb + 1, order + 2))
        turned = np.zeros((ntuv, wa, wb))
        for lane in range(lanes):
            i, j = kept[lane]
            alpha, beta = exponents[ea + i], exponents[eb + j]
            p[lane] = alpha + beta
            point[:, lane] = centres[b] + alpha / p[lane] * gap
            _hermite_coefficients(
                la, lb, p[lane], point[:, lane] - centres[a], point[:, lane] - centres[b], where, sphere[la],
                sphere[lb], spherical, e, turned,
            )  # fmt: skip
            many = begins[i + 1] - begins[i]
            place = columns * ntuv * begins[i] + lane - begins[i]
            size = math.exp(-alpha * beta / p[lane] * apart)
            for m in range(wa):
                for s in range(rb):
                    f = size * coefficients[fb + j * rb + s]
                    for n in range(wb):
                        for tuv in range(ntuv):
                            combined[place + (((m * rb + s) * wb + n) * ntuv + tuv) * many] = f * turned[tuv, m, n]
        # auxiliary functions, shell by shell, up to so many at a time
        most = max(widest, room_size // max(1, ntuv * lanes))
        room = np.empty(most * ntuv * lanes)
        vectors, away = np.empty((4, lanes)), np.empty((3, lanes))
        scaled, radial = np.empty((order + 1, lanes)), np.empty((order + 1, longest, lanes))
        solid = np.zeros((highest + 1, 2 * highest + 1, lanes))
        slopes, there = np.empty((ntuv, 2 * highest + 1, lanes)), np.zeros((ntuv, 2 * highest + 1), dtype=np.bool_)
        before, now = np.empty((ntuv, longest, lanes)), np.empty((ntuv, longest, lanes))
        summed, near = np.empty((ntuv, lanes)), np.empty(lanes + 1, dtype=np.int64)
        rows, begun = 0, 0
        for shell in range(len(theirs) if lanes else 0):
            ell, nq, nk, eq, fq, top = theirs[shell]
            if top >= 0:  # the first of its atom
                for axis in range(3):
                    away[axis] = point[axis] - their_centres[shell, axis]
                square = vectors[3]
                square[:] = away[0] ** 2 + away[1] ** 2 + away[2] ** 2
                _solid_harmonics(top, away, first, harmonic_pairs, harmonic_factors, spherical[0], solid)
            wl = 2 * ell + 1
            if rows + nk * wl > most:
                _contracted(combined, room, rows, begun, begins, most, ntuv, columns, coefficients, fa, ra, block)
                begun += rows
                rows = 0
            _radial(
                ell, order, their_exponents[eq : eq + nq], their_coefficients[fq : fq + nq * nk].reshape(nq, nk), p,
                square, table, vectors, near, scaled, radial,
            )  # fmt: skip
            distance = _differentiated(order, nk, away, radial, where, before, now)
            _slopes(ell, degrees[:ntuv], solid, spans, pairs, factors, slopes, there)
            for k in range(nk):
                for m in range(wl):
                    summed[:] = 0.0
                    for part in range(ntuv):
                        if not there[part, m]:
                            continue
                        slope = slopes[part, m]
                        for term in range(firsts[part], firsts[part + 1]):
                            tuv, rest, ways = terms[term]
                            if tuv >= ntuv:
                                break
                            to, of = summed[tuv], distance[rest, k]
                            for lane in range(lanes):
                                to[lane] += ways * slope[lane] * of[lane]
                    for i in range(na):
                        many = begins[i + 1] - begins[i]
                        place = most * ntuv * begins[i] + rows * ntuv * many
                        for tuv in range(ntuv):
                            for lane in range(many):
                                room[place + lane] = summed[tuv, begins[i] + lane]
                            place += many
                    rows += 1
        if lanes:
            _contracted(combined, room, rows, begun, begins, most, ntuv, columns, coefficients, fa, ra, block)
        for x in range(ra * wa):
            for y in range(rb * wb):
                mu, nu = max(oa + x, ob + y), min(oa + x, ob + y)
                out[mu * (mu + 1) // 2 + nu] = block[x * rb * wb + y]


@_compiled
def _contracted(combined, room, rows, begun, begins, most, ntuv, columns, coefficients, first, ra, block):  # type: ignore[no-untyped-def]
    """Adds to `block` (functions, auxiliary): over the primitives of b by matrix products, then over those of a."""
    for i in range(len(begins) - 1):
        inner = ntuv * (begins[i + 1] - begins[i])
        if inner == 0:
            continue
        start = columns * ntuv * begins[i]
        left = combined[start : start + columns * inner].reshape(columns, inner)
        start = most * ntuv * begins[i]
        right = room[start : start + rows * inner].reshape(rows, inner)
        part = np.dot(left, right.T)
        for r in range(ra):
            f = coefficients[first + i * ra + r]
            for x in range(columns):
                to = block[r * columns + x, begun : begun + rows]
                of = part[x]
                for y in range(rows):
                    to[y] += f * of[y]
