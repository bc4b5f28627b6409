"""How far the standing plate bends and at what frequency it rings, by Ritz's method; docs/build.md prints its table.

The deflection is a sum of products of Legendre polynomials over the free plate. Its energy is that of Kirchhoff's plate
(Timoshenko and Woinowsky-Krieger, Theory of Plates and Shells, chapter 4),

    D/2 int (w_xx^2 + w_yy^2 + 2 nu w_xx w_yy + 2 (1 - nu) w_xy^2) dA,

and that of four springs, the cells; kinetic energy is that of the plate and of a mass in its middle. Its least is the
deflection, its stationary values are the frequencies: never lower than the true ones, and here exact to the digits
that are printed (`tests/drawings/test_build.py` holds the method to plates whose figures are known).

Of a sandwich D = E t d^2 / (2 (1 - nu^2)), faces of thickness t with their middles d apart (Allen, Analysis and Design
of Structural Sandwich Panels); its core gives in shear, which takes D down to D / (1 + pi^2 D / (S L^2)), where
S = G d^2 / core and L is the longer distance between cells.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.polynomial import legendre

from drawings.dimensions import MM
from drawings.parts import VALUES

Matrix = Any
"""A numpy array of floats."""
ORDER = 10
"""Of the polynomials, each way."""
POINTS = 24


class Material(NamedTuple):
    """What the plate is made of, in SI units; from memory: to be read in the maker's sheets before it is built."""

    face_pa: float = 70e9
    """Young's modulus of the faces."""
    face_kg_m3: float = 2670.0
    core_pa: float = 150e6
    """Shear modulus of the core, across its plies."""
    core_kg_m3: float = 680.0
    poisson: float = 0.33
    cell_n_m: float = VALUES["capacity_N"] / 0.4e-3
    """Of a load cell: it gives by 0.4 mm at its capacity."""


MATERIAL = Material()
PEOPLE_KG = (35.0, 50.0, 75.0, 100.0, 120.0, 135.0)
WEIGHTS_KG = (20.0, 40.0, 60.0)
"""Dead weights of the acceptance, which ride with all of their mass."""
DRIVE_HZ = 40.0
"""Hard range of a sine: docs/sources/vibration.md#envelope-row-1."""
ABOVE = 1.5
"""The first frequency under a person at least so many times that: proposed."""


class Slab(NamedTuple):
    """A plate on point springs: lengths in m, `stiffness` in N m, mass an area in kg/m2, `springs` at (x, y, N/m)."""

    length: tuple[float, float]
    stiffness: float
    poisson: float
    kg_m2: float
    springs: tuple[tuple[float, float, float], ...] = ()


def bare(slab: Slab) -> tuple[Matrix, Matrix, Callable[[float, float], Matrix]]:
    """Its matrices of stiffness and of mass, and the values of its shapes at a place."""
    across, along = (_products(length) for length in slab.length)
    nu = slab.poisson
    bending = np.kron(across[2, 2], along[0, 0]) + np.kron(across[0, 0], along[2, 2])
    bending = bending + nu * (np.kron(across[2, 0], along[0, 2]) + np.kron(across[0, 2], along[2, 0]))
    bending = bending + 2.0 * (1.0 - nu) * np.kron(across[1, 1], along[1, 1])
    stiffness = slab.stiffness * bending
    mass = slab.kg_m2 * np.kron(across[0, 0], along[0, 0])

    def shapes(x: float, y: float) -> Matrix:
        first, second = (
            legendre.legvander(np.array([2.0 * place / length]), ORDER)[0]
            for place, length in zip((x, y), slab.length, strict=True)
        )
        return np.kron(first, second)

    for x, y, newton_m in slab.springs:
        stiffness = stiffness + newton_m * np.outer(shapes(x, y), shapes(x, y))
    return stiffness, mass, shapes


def _products(length: float) -> dict[tuple[int, int], Matrix]:
    """Integrals over this length of the products of the polynomials' derivatives, each of order 0 to 2."""
    places, weights = legendre.leggauss(POINTS)
    unit = np.eye(ORDER + 1)
    values = [
        np.stack([legendre.legval(places, legendre.legder(row, order) if order else row) for row in unit], axis=1)
        for order in range(3)
    ]
    return {
        (one, other): (values[one] * weights[:, None]).T @ values[other] * (2.0 / length) ** (one + other - 1)
        for one in range(3)
        for other in range(3)
    }


def frequencies(stiffness: Matrix, mass: Matrix) -> Matrix:
    """All of them, in rad/s, the lowest first."""
    root = np.linalg.inv(np.linalg.cholesky(mass))
    squares = np.linalg.eigvalsh(root @ stiffness @ root.T)
    return np.sqrt(np.clip(squares, 0.0, None))


def standing_plate(material: Material = MATERIAL) -> Slab:
    """The plate of `drawings.dimensions` on its cells."""
    face, core = MM["face"] * 1e-3, MM["core"] * 1e-3
    apart = face + core
    bending = material.face_pa * face * apart**2 / (2.0 * (1.0 - material.poisson**2))
    shear = material.core_pa * apart**2 / core
    span = MM["cells_ap"] * 1e-3
    half_ml, half_ap = MM["cells_ml"] * 0.5e-3, MM["cells_ap"] * 0.5e-3
    return Slab(
        (MM["plate_ml"] * 1e-3, MM["plate_ap"] * 1e-3),
        bending / (1.0 + math.pi**2 * bending / (shear * span**2)),
        material.poisson,
        2.0 * face * material.face_kg_m3 + core * material.core_kg_m3,
        tuple((x, y, material.cell_n_m) for x in (-half_ml, half_ml) for y in (-half_ap, half_ap)),
    )


class Row(NamedTuple):
    """What the plate does under one mass in its middle."""

    mass_kg: float
    moving_kg: float
    """What of it rides with the plate: a fifth of a body, all of a weight."""
    bends_mm: float
    """The plate's middle below its cells' seats."""
    cells_mm: float
    first_hz: float
    gain: float
    """How much more the plate's middle moves than the frame at 34 Hz, undamped."""


def rows(masses: Sequence[tuple[float, float]], slab: Slab | None = None) -> list[Row]:
    """For each pair of a mass (kg) and the share of it that rides with the plate."""
    slab = standing_plate() if slab is None else slab
    stiffness, mass, shapes = bare(slab)
    middle = shapes(0.0, 0.0)
    found = []
    for mass_kg, share in masses:
        weight_n = mass_kg * VALUES["g"]
        sinks_m = float(middle @ np.linalg.solve(stiffness, weight_n * middle))
        cells_m = weight_n / sum(one[2] for one in slab.springs)
        moving_kg = share * mass_kg
        first_hz = float(frequencies(stiffness, mass + moving_kg * np.outer(middle, middle))[0]) / (2.0 * math.pi)
        gain = abs(1.0 / (1.0 - (VALUES["top_Hz"] / first_hz) ** 2))
        found.append(Row(mass_kg, moving_kg, 1e3 * (sinks_m - cells_m), 1e3 * cells_m, first_hz, gain))
    return found


def plate_kg(slab: Slab | None = None) -> float:
    """Of the plate as drawn, without mat and inserts."""
    slab = standing_plate() if slab is None else slab
    return slab.kg_m2 * slab.length[0] * slab.length[1]


def table() -> str:
    """The table as docs/build.md prints it."""
    share = VALUES["body_share"]
    people = rows([(kg, share) for kg in PEOPLE_KG])
    weights = rows([(kg, 1.0) for kg in WEIGHTS_KG])
    lines = [
        "| in the middle | rides with it, kg | plate bends, mm | cells give, mm | first mode, Hz | gain at 34 Hz |",
        "|---|---|---|---|---|---|",
        *(_line(f"a person of {one.mass_kg:g} kg", one) for one in people),
        *(_line(f"a dead weight of {one.mass_kg:g} kg", one) for one in weights),
    ]
    return "\n".join(lines)


def _line(what: str, row: Row) -> str:
    return (
        f"| {what} | {row.moving_kg:.0f} | {row.bends_mm:.2f} | {row.cells_mm:.2f} | "
        f"{row.first_hz:.0f} | {row.gain:.2f} |"
    )
