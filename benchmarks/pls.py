"""Time PLS on 24 items in 7 constructs: one fit, one Jacobian, 1,000 resamples at once.

Run: python benchmarks/pls.py
"""

import time
from collections.abc import Callable

import numpy as np

from csi.model.pls import fit_pls, fit_pls_stack, pls_jacobian, pls_model

SIZES = (5, 3, 7, 2, 3, 1, 3)
PATHS = ((0, 1), (1, 2), (1, 3), (2, 3), (0, 4), (1, 4), (2, 4), (3, 4), (4, 5), (0, 6), (4, 6))


def answers(n: int = 250, seed: int = 1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    latent = rng.multivariate_normal(np.zeros(7), 0.5 * np.eye(7) + 0.5, size=n)
    owner = np.repeat(np.arange(7), SIZES)
    return latent[:, owner] + rng.normal(scale=0.7, size=(n, len(owner)))


def milliseconds(work: Callable[[], object], repeat: int) -> float:
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return 1000 * min(times)


def main() -> None:
    x = answers()
    blocks, first = {}, 0
    for j, size in enumerate(SIZES):
        blocks[f"c{j}"] = [f"x{i}" for i in range(first, first + size)]
        first += size
    paths = [(f"c{a}", f"c{b}") for a, b in PATHS]
    rng = np.random.default_rng(2)
    stack = np.stack([np.cov(x[rng.integers(0, len(x), len(x))].T) for _ in range(1000)])
    for scheme in ("centroid", "factorial", "path"):
        model = pls_model([f"x{i}" for i in range(first)], blocks, paths, scheme=scheme)
        fit = fit_pls(np.cov(x.T), model)
        print(
            f"{scheme:9s}  fit {milliseconds(lambda m=model: fit_pls(np.cov(x.T), m), 50):6.2f} ms"
            f"  jacobian {milliseconds(lambda f=fit: pls_jacobian(f), 20):6.2f} ms"
            f"  1,000 resamples {milliseconds(lambda m=model: fit_pls_stack(stack, m), 5):7.1f} ms"
        )


if __name__ == "__main__":
    main()
