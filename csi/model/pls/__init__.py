"""Partial least squares path modelling from a weighted covariance matrix.

``pls_model`` checks a model, ``fit_pls`` fits it to one matrix, ``fit_pls_stack`` to many at once
(replicate weights, a bootstrap), and ``pls_jacobian`` gives the derivatives that turn the
design-based covariance of the moments into standard errors.
"""

from csi.model.pls.estimates import PLSConsistent, PLSFit
from csi.model.pls.fit import fit_pls, fit_pls_stack
from csi.model.pls.jacobian import PLSJacobian, pls_jacobian
from csi.model.pls.spec import PLSModel, pls_model

__all__ = [
    "PLSConsistent",
    "PLSFit",
    "PLSJacobian",
    "PLSModel",
    "fit_pls",
    "fit_pls_stack",
    "pls_jacobian",
    "pls_model",
]
