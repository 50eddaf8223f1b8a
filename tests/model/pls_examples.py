"""Models and data that the PLS tests share."""

from pathlib import Path

import numpy as np

from csi.model.pls import pls_model

SHARED_DATA = Path(__file__).resolve().parents[3] / "shared" / "data"

MOBI_BLOCKS = {
    "Image": ["IMAG1", "IMAG2", "IMAG3", "IMAG4", "IMAG5"],
    "Expectation": ["CUEX1", "CUEX2", "CUEX3"],
    "Quality": ["PERQ1", "PERQ2", "PERQ3", "PERQ4", "PERQ5", "PERQ6", "PERQ7"],
    "Value": ["PERV1", "PERV2"],
    "Satisfaction": ["CUSA1", "CUSA2", "CUSA3"],
    "Complaints": ["CUSCO"],
    "Loyalty": ["CUSL1", "CUSL2", "CUSL3"],
}
MOBI_PATHS = [
    ("Image", "Expectation"),
    ("Expectation", "Quality"),
    ("Expectation", "Value"),
    ("Quality", "Value"),
    ("Image", "Satisfaction"),
    ("Expectation", "Satisfaction"),
    ("Quality", "Satisfaction"),
    ("Value", "Satisfaction"),
    ("Satisfaction", "Complaints"),
    ("Image", "Loyalty"),
    ("Satisfaction", "Loyalty"),
    ("Complaints", "Loyalty"),
]
MOBI_ITEMS = [item for block in MOBI_BLOCKS.values() for item in block]

BLOCKS = {"Image": ["i1", "i2", "i3"], "Quality": ["q1", "q2", "q3"], "Value": ["v1", "v2"]}
BLOCKS |= {"Satisfaction": ["s1", "s2", "s3"], "Complaints": ["c1"]}
ITEMS = [item for block in BLOCKS.values() for item in block]
PATHS = [
    ("Image", "Quality"),
    ("Quality", "Value"),
    ("Image", "Satisfaction"),
    ("Quality", "Satisfaction"),
    ("Value", "Satisfaction"),
    ("Satisfaction", "Complaints"),
]


def small_model(**options):
    return pls_model(ITEMS, BLOCKS, PATHS, **options)


def small_answers(n=400, seed=20):
    """Answers of n people to 12 items, in unequal units, from a factor model that PLS recovers."""
    rng = np.random.default_rng(seed)
    image = rng.normal(size=n)
    quality = 0.6 * image + rng.normal(scale=0.8, size=n)
    value = 0.5 * quality + rng.normal(scale=0.8, size=n)
    satisfaction = 0.3 * image + 0.4 * quality + 0.3 * value + rng.normal(scale=0.6, size=n)
    complaints = -0.5 * satisfaction + rng.normal(scale=0.8, size=n)
    latent = dict(zip(BLOCKS, (image, quality, value, satisfaction, complaints), strict=True))
    columns = []
    for construct, block in BLOCKS.items():
        for place, _ in enumerate(block):
            noise = rng.normal(scale=0.5 + 0.2 * place, size=n)
            columns.append((1 + 0.5 * place) * (latent[construct] + noise))
    return np.column_stack(columns)


def small_covariance(**options):
    return np.cov(small_answers(**options).T)


def factor_population(phi):
    """Correlations of three unequal items for each of three constructs."""
    lam = np.kron(np.eye(3), np.array([[0.9], [0.7], [0.5]]))
    R = lam @ phi @ lam.T
    np.fill_diagonal(R, 1)
    return R


THREE = pls_model(
    list("abcdefghi"),
    {"X": list("abc"), "Y": list("def"), "Z": list("ghi")},
    [("X", "Y"), ("X", "Z"), ("Y", "Z")],
)
