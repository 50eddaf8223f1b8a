"""Why we score otherwise than our competitors: every gap, part by part."""

from __future__ import annotations

from collections.abc import Sequence

from csi.comparison.decomposition import Decomposition, decompose_change
from csi.errors import DesignError
from csi.index import Index
from csi.inference.stages import column_names
from csi.results import SUPPRESS_BELOW


def decompose_gaps(
    index: Index, *, own: object, cells: str | Sequence[str], across: str | None = None
) -> tuple[Decomposition, ...]:
    """Explain our gap to each competitor: other customers, or other answers of like customers.

    Parameters
    ----------
    index : Index
        By ``across``, of one pooled fit, so that no part of a gap is one of item weights.
    own : object
        Our code in ``across``.
    cells : str or sequence of str
        Columns whose combinations are the kinds of customers.
    across : str, optional
        The column of competitors; by default the last that the index has.

    Returns
    -------
    tuple of Decomposition
        One per competitor whose effective base, like ours, is at least 30; each explains our score
        minus the competitor's. See `decompose_change`.

    Raises
    ------
    DesignError
        If ``across`` or ``own`` is unknown, or a cell is.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from csi.index import estimate_index
    >>> from csi.inference import make_design
    >>> from csi.model.fit import fit_model
    >>> rng = np.random.default_rng(1)
    >>> line = rng.integers(1, 3, size=600)
    >>> f = rng.normal(size=600) - line
    >>> data = pd.DataFrame({f"x{k}": 80 + 9 * f + 6 * rng.normal(size=600) for k in range(3)})
    >>> data = data.assign(line=line, operator=1 + (rng.random(600) < line / 3))
    >>> index = estimate_index(fit_model(make_design(data), "F =~ x0 + x1 + x2"), by="operator")
    >>> [(gap.after, gap.before) for gap in decompose_gaps(index, own=1, cells="line")]
    [(1, 2)]
    """
    if not index.by:
        raise DesignError("The index must be estimated by the column of competitors: `by=...`.")
    column = across if across is not None else index.by[-1]
    known = list(dict.fromkeys(index.scores.labels[column])) if column in index.by else []
    if own not in known:
        raise DesignError(
            f"`own` must be a code of `{column}` ({', '.join(str(code) for code in known)}); "
            f"got {own!r}."
        )
    shown = index.scores.labels[column].to_numpy()[index.scores.n_eff >= SUPPRESS_BELOW]
    rivals = [code for code in dict.fromkeys(shown) if code != own] if own in set(shown) else []
    return tuple(
        decompose_change(index, across=column, cells=column_names(cells), before=rival, after=own)
        for rival in rivals
    )
