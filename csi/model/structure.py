"""Σ(θ) of a structural equation model: matrices, derivatives, information.

Σ = Λ (I−B)⁻¹ Ψ (I−B)⁻ᵀ Λᵀ + Θ. Every derivative of Σ has rank two, dΣ/dθ = u vᵀ + v uᵀ, so that
gradients, information and casewise scores are products of thin matrices (McDonald and Hartley
1992 give the parametrisation; the factorisation follows by the chain rule).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from csi.errors import ModelError
from csi.inference import FloatArray, IntArray
from csi.model.syntax import Parameter, ParameterTable

LAMBDA, BETA, PSI, THETA = range(4)


@dataclass(frozen=True, kw_only=True, eq=False)
class Structure:
    """A parameter table compiled into matrices.

    Attributes
    ----------
    table : ParameterTable
    nodes : tuple of str
        Constructs, and observed variables that take part in regressions.
    matrix, row, column : IntArray, shape (n_parameters,)
        Where each parameter of the table stands.
    free : IntArray, shape (n_parameters,)
        Which free parameter it is, -1 for fixed ones; equal labels share a number.
    fixed_values : FloatArray, shape (n_parameters,)
    n_free : int
    observed_node : tuple of (int, int)
        Item and node of observed variables with a node of their own.
    """

    table: ParameterTable
    nodes: tuple[str, ...]
    matrix: IntArray
    row: IntArray
    column: IntArray
    free: IntArray
    fixed_values: FloatArray
    n_free: int
    observed_node: tuple[tuple[int, int], ...]

    @property
    def items(self) -> tuple[str, ...]:
        """The observed variables."""
        return self.table.items

    @property
    def df(self) -> int:
        """Degrees of freedom of the covariance structure."""
        p = len(self.items)
        return p * (p + 1) // 2 - self.n_free

    def values(self, theta: FloatArray) -> FloatArray:
        """Return the value of every parameter of the table."""
        return np.where(self.free >= 0, theta[np.maximum(self.free, 0)], self.fixed_values)

    def matrices(self, theta: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """Return Λ (p, m), B (m, m), Ψ (m, m) and Θ (p, p)."""
        p, m = len(self.items), len(self.nodes)
        shapes = ((p, m), (m, m), (m, m), (p, p))
        result = tuple(np.zeros(shape, dtype=theta.dtype) for shape in shapes)
        for item, node in self.observed_node:
            result[LAMBDA][item, node] = 1.0
        values = self.values(theta)
        for which, target in enumerate(result):
            own = self.matrix == which
            row, column = self.row[own], self.column[own]
            target[row, column] = values[own]
            if which >= PSI:
                target[column, row] = values[own]
        return result[LAMBDA], result[BETA], result[PSI], result[THETA]


@dataclass(frozen=True, kw_only=True, eq=False)
class Implied:
    """Σ(θ) and the factors of its derivatives.

    Attributes
    ----------
    sigma : FloatArray, shape (p, p)
    phi : FloatArray, shape (m, m)
        Covariances of the nodes.
    total : FloatArray, shape (m, m)
        (I−B)⁻¹.
    U, V : FloatArray, shape (p, n_table)
        dΣ/dθ_k = U_k V_kᵀ + V_k U_kᵀ for each free row of the table.
    rows : IntArray, shape (n_table,)
        The free parameter of each column of U and V.
    """

    sigma: FloatArray
    phi: FloatArray
    total: FloatArray
    U: FloatArray
    V: FloatArray
    rows: IntArray
    n_free: int

    def collect(self, by_row: FloatArray) -> FloatArray:
        """Add up the entries of parameters that share a label, along the last axis."""
        if len(self.rows) == self.n_free and np.array_equal(self.rows, np.arange(self.n_free)):
            return by_row
        result = np.zeros((*by_row.shape[:-1], self.n_free), dtype=by_row.dtype)
        np.add.at(np.moveaxis(result, -1, 0), self.rows, np.moveaxis(by_row, -1, 0))
        return result


def compile_structure(table: ParameterTable) -> Structure:
    """Compile a parameter table into matrix positions.

    Raises
    ------
    ModelError
        If there are more parameters than moments.
    """
    nodes = _nodes(table)
    item_of = {name: k for k, name in enumerate(table.items)}
    node_of = {name: k for k, name in enumerate(nodes)}
    places = [_place(p, item_of, node_of) for p in table.parameters]
    free, n_free = _numbered(table.parameters)
    structure = Structure(
        table=table,
        nodes=nodes,
        matrix=np.array([place[0] for place in places]),
        row=np.array([place[1] for place in places]),
        column=np.array([place[2] for place in places]),
        free=free,
        fixed_values=np.array(
            [p.fixed if p.fixed is not None else np.nan for p in table.parameters]
        ),
        n_free=n_free,
        observed_node=tuple((item_of[name], node_of[name]) for name in nodes if name in item_of),
    )
    if structure.df < 0:
        p = len(table.items)
        raise ModelError(
            f"The model has {n_free} free parameters but {p} items give only {p * (p + 1) // 2} "
            "variances and covariances: it is not identified. Fix or drop parameters, or add items."
        )
    return structure


def implied_moments(structure: Structure, theta: FloatArray) -> Implied:
    """Return Σ(θ) with the rank-two factors of its derivatives."""
    Lambda, B, Psi, Theta = structure.matrices(theta)
    total: FloatArray = np.asarray(np.linalg.inv(np.eye(len(B)) - B))
    M = Lambda @ total
    phi = total @ Psi @ total.T
    D = Lambda @ phi
    sigma = D @ Lambda.T + Theta
    use = np.flatnonzero(structure.free >= 0)
    U, V = _factors(structure, use, M, D)
    return Implied(
        sigma=(sigma + sigma.T) / 2.0,
        phi=phi,
        total=total,
        U=U,
        V=V,
        rows=structure.free[use],
        n_free=structure.n_free,
    )


def implied_covariances(structure: Structure, theta: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return Σ(θ) of the items and Φ(θ) of the nodes, without derivatives."""
    Lambda, B, Psi, Theta = structure.matrices(theta)
    total = np.linalg.inv(np.eye(len(B)) - B)
    phi = total @ Psi @ total.T
    sigma = Lambda @ phi @ Lambda.T + Theta
    return np.asarray((sigma + sigma.T) / 2.0), np.asarray(phi)


def _factors(
    structure: Structure, use: IntArray, M: FloatArray, D: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return U and V of the parameters ``use``: λ → (e_k, D_i), β → (m_i, D_j), ψ → (m_i, m_j)."""
    p = len(structure.items)
    identity = np.eye(p)
    sides = {LAMBDA: (identity, D), BETA: (M, D), PSI: (M, M), THETA: (identity, identity)}
    U, V = (np.zeros((p, len(use)), dtype=M.dtype) for _ in range(2))
    row, column, matrix = structure.row[use], structure.column[use], structure.matrix[use]
    for which, (left, right) in sides.items():
        own = np.flatnonzero(matrix == which)
        i, j = row[own], column[own]
        half = np.where((i == j) & (which >= PSI), 0.5, 1.0)
        U[:, own], V[:, own] = left[:, i] * half, right[:, j]
    return U, V


def discrepancy(structure: Structure, theta: FloatArray, S: FloatArray) -> float:
    """Return F = log|Σ| + tr(SΣ⁻¹) − log|S| − p, or infinity where Σ is not positive definite."""
    sigma = implied_covariances(structure, theta)[0]
    try:
        root = np.linalg.cholesky(sigma)
    except np.linalg.LinAlgError:
        return np.inf
    half = np.linalg.solve(root, np.linalg.cholesky(S))
    log_det = 2.0 * float(np.log(np.diag(root)).sum())
    return log_det + float((half**2).sum()) - float(np.linalg.slogdet(S)[1]) - len(S)


def gradient(implied: Implied, S: FloatArray) -> FloatArray:
    """Return dF/dθ = 2 colsum(U ∘ A V) with A = Σ⁻¹ − Σ⁻¹SΣ⁻¹."""
    W = np.linalg.inv(implied.sigma)
    A = W - W @ S @ W
    return implied.collect(2.0 * (implied.U * (A @ implied.V)).sum(axis=0))


def expected_information(implied: Implied) -> FloatArray:
    """Return ½ tr(Σ⁻¹ dΣ_i Σ⁻¹ dΣ_j), per respondent."""
    W = np.linalg.inv(implied.sigma)
    U, V = implied.U, implied.V
    uu, vv, uv = U.T @ W @ U, V.T @ W @ V, U.T @ W @ V
    return _collect_square(implied, uu * vv + uv * uv.T)


def observed_information(structure: Structure, theta: FloatArray, S: FloatArray) -> FloatArray:
    """Return ½ d²F/dθdθᵀ, per respondent.

    With K = Σ⁻¹SΣ⁻¹ it is tr(Σ⁻¹ dΣ_i K dΣ_j) − ½ tr(Σ⁻¹ dΣ_i Σ⁻¹ dΣ_j) + ½ tr((Σ⁻¹−K) d²Σ_ij).
    """
    implied = implied_moments(structure, theta)
    W: FloatArray = np.asarray(np.linalg.inv(implied.sigma))
    K: FloatArray = np.asarray(W @ S @ W)
    first = trace_products(implied.U, implied.V, W, K - 0.5 * W)
    return _collect_square(implied, first) + 0.5 * curvature(structure, theta, W - K)


def trace_products(U: FloatArray, V: FloatArray, W: FloatArray, K: FloatArray) -> FloatArray:
    """Return tr(W dΣ_a K dΣ_b), symmetrised, for all pairs of dΣ = UVᵀ + VUᵀ."""
    uwu, vwv, uwv = U.T @ W @ U, V.T @ W @ V, U.T @ W @ V
    if K is W:
        return np.asarray(2.0 * (uwu * vwv + uwv * uwv.T))
    uku, vkv, ukv = U.T @ K @ U, V.T @ K @ V, U.T @ K @ V
    half = vkv * uwu + uku * vwv + ukv.T * uwv + ukv * uwv.T
    return np.asarray((half + half.T) / 2.0)


def curvature(structure: Structure, theta: FloatArray, A: FloatArray) -> FloatArray:
    """Return tr(A d²Σ/dθ_i dθ_j) for a symmetric A, shape (n_free, n_free).

    tr(A dΣ/dθ) is 2AD for Λ, 2MᵀAD for B and MᵀAM for Ψ, with M = Λ(I−B)⁻¹ and D = ΛΦ; it is
    differentiated once more through dM and dD.
    """
    Lambda, B, Psi, _ = structure.matrices(theta)
    total = np.linalg.inv(np.eye(len(B)) - B)
    M = Lambda @ total
    phi = total @ Psi @ total.T
    D = Lambda @ phi
    use = np.flatnonzero(structure.free >= 0)
    row, column, matrix = structure.row[use], structure.column[use], structure.matrix[use]
    dM, dD = np.zeros((2, len(use), *M.shape))
    own = np.flatnonzero(matrix == LAMBDA)
    dM[own, row[own]] = total[column[own]]
    dD[own, row[own]] = phi[column[own]]
    own = np.flatnonzero(matrix == BETA)
    i, j = row[own], column[own]
    dM[own] = M.T[i, :, None] * total[j, None, :]
    dD[own] = M.T[i, :, None] * phi[j, None, :] + D.T[j, :, None] * total.T[i, None, :]
    own = np.flatnonzero(matrix == PSI)
    i, j = row[own], column[own]
    both = M.T[i, :, None] * total.T[j, None, :] + M.T[j, :, None] * total.T[i, None, :]
    dD[own] = both * np.where(i == j, 0.5, 1.0)[:, None, None]
    AD, AM, AdD = A @ D, A @ M, A @ dD
    crossed = np.swapaxes(dM, 1, 2) @ AM
    slopes = {
        LAMBDA: 2.0 * AdD,
        BETA: 2.0 * (np.swapaxes(dM, 1, 2) @ AD + M.T @ AdD),
        PSI: crossed + np.swapaxes(crossed, 1, 2),
    }
    result = np.zeros((len(use), len(use)))
    for which, slope in slopes.items():
        own = np.flatnonzero(matrix == which)
        i, j = row[own], column[own]
        result[:, own] = slope[:, i, j] * np.where((which == PSI) & (i != j), 2.0, 1.0)
    rows = structure.free[use]
    collected = np.zeros((structure.n_free, structure.n_free))
    np.add.at(collected, (rows[:, None], rows[None, :]), result)
    return np.asarray((collected + collected.T) / 2.0)


def complex_jacobian(function: Callable[[FloatArray], FloatArray], at: FloatArray) -> FloatArray:
    """Differentiate an analytic function exactly, by a complex step (Squire and Trapp 1998)."""
    step = 1e-30
    columns = []
    for k in range(len(at)):
        point = at.astype(np.complex128)
        point[k] += 1j * step
        columns.append(function(point).imag / step)  # type: ignore[arg-type]
    return np.column_stack(columns) if columns else np.zeros((len(function(at)), 0))


def sigma_jacobian(implied: Implied) -> FloatArray:
    """Return d vech(Σ)/dθ, shape (p(p+1)/2, n_free), lower triangle row by row."""
    rows, columns = np.tril_indices(len(implied.sigma))
    U, V = implied.U, implied.V
    return implied.collect(U[rows] * V[columns] + V[rows] * U[columns])


def _collect_square(implied: Implied, by_row: FloatArray) -> FloatArray:
    return implied.collect(implied.collect(by_row).T)


def _nodes(table: ParameterTable) -> tuple[str, ...]:
    in_regressions = {name for p in table.parameters if p.op == "~" for name in (p.lhs, p.rhs)}
    return (*table.constructs, *(name for name in table.items if name in in_regressions))


def _place(p: Parameter, item_of: dict[str, int], node_of: dict[str, int]) -> tuple[int, int, int]:
    if p.op == "=~":
        if p.rhs in node_of:
            return BETA, node_of[p.rhs], node_of[p.lhs]
        return LAMBDA, item_of[p.rhs], node_of[p.lhs]
    if p.op == "~":
        return BETA, node_of[p.lhs], node_of[p.rhs]
    if p.lhs in node_of and p.rhs in node_of:
        return PSI, node_of[p.lhs], node_of[p.rhs]
    if p.lhs in item_of and p.rhs in item_of and not {p.lhs, p.rhs} & set(node_of):
        return THETA, item_of[p.lhs], item_of[p.rhs]
    raise ModelError(
        f"`{p}` relates an item's error to a construct; a covariance needs two items or two "
        "constructs."
    )


def _numbered(parameters: tuple[Parameter, ...]) -> tuple[IntArray, int]:
    numbers: list[int] = []
    of_label: dict[str, int] = {}
    count = 0
    for p in parameters:
        if p.fixed is not None:
            numbers.append(-1)
            continue
        if p.label and p.label in of_label:
            numbers.append(of_label[p.label])
            continue
        if p.label:
            of_label[p.label] = count
        numbers.append(count)
        count += 1
    return np.array(numbers, dtype=np.int64), count
