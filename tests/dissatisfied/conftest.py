"""A small simulated base, its survey, and one fit that many tests look at."""

from __future__ import annotations

import pandas as pd
import pytest

from csi.dissatisfied.fitted import DissatisfactionFit
from csi.dissatisfied.model import fit_dissatisfaction
from csi.inference import SurveyDesign, make_design
from csi.simulate.subscriber_survey import draw_survey
from csi.simulate.subscribers import AS_OF, SubscriberBase, simulate_subscribers

INDICATORS = [
    "tenure_months",
    "data_share",
    "bill_jump",
    "disputes_6m",
    "port_queries_6m",
    "outage_hours_90d",
    "drop_rate",
    "setup_failure",
    "weak_coverage",
    "latency_ms",
    "throughput_mbps",
    "complaints_6m",
    "last_contact",
    "device_months",
    "broadband_faults_6m",
    "minutes_m3",
    "device_5g",
]


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> SubscriberBase:
    return simulate_subscribers(tmp_path_factory.mktemp("base"), 60_000, seed=21)


@pytest.fixture(scope="session")
def issued(base: SubscriberBase) -> pd.DataFrame:
    return draw_survey(base, 16_000, seed=3)


@pytest.fixture(scope="session")
def answers(issued: pd.DataFrame) -> pd.DataFrame:
    return issued[issued["responded"]].reset_index(drop=True)


@pytest.fixture(scope="session")
def design(answers: pd.DataFrame) -> SurveyDesign:
    return make_design(answers, weights="design_weight", strata="region")


@pytest.fixture(scope="session")
def fit(design: SurveyDesign) -> DissatisfactionFit:
    return fit_dissatisfaction(
        design,
        "satisfaction",
        INDICATORS,
        observed=AS_OF,
        interviewed="interview_date",
        seed=1,
        by=["region"],
        folds=3,
        yardstick=False,
    )
