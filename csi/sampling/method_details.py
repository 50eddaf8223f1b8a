"""What a survey discloses, and what of it only people know."""

from __future__ import annotations

from dataclasses import dataclass, field

from csi.questionnaire.schema import Text

ITEMS: tuple[Text, ...] = (
    Text("Data collection strategy", "数据收集方式"),
    Text("Sponsor and conductor", "委托方与执行方"),
    Text("Measurement instruments", "测量工具"),
    Text("Population under study", "调查总体"),
    Text("Generating and recruiting the sample", "样本的产生与招募"),
    Text("Modes of data collection", "访问方式"),
    Text("Dates of data collection", "调查日期"),
    Text("Sample sizes and precision", "样本量与精度"),
    Text("Weighting", "加权"),
    Text("Processing and quality control", "数据处理与质量控制"),
    Text("Limitations", "局限"),
)
"""The eleven items of the AAPOR Code of Professional Ethics and Practices (April 2021, III.A)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodDetails:
    """What only people know. Each may be left out; the statement then says that it is not stated.

    Attributes
    ----------
    sponsor, conductor, funder : Text
        Who asked for the survey, who did it, who paid if that is somebody else.
    population : Text
        Whom the results speak of, and where.
    mode : Text
        E.g. telephone interviews in Mandarin.
    dates : Text
        First and last day of interviewing.
    recruitment : Text
        How people were approached, incentives, call-backs.
    weighting : Text
        Margins and their source, trimming.
    processing : Text
        Call-backs checked, interviews rejected and why, coding.
    limitations : Text
        Beyond those that follow from the design.
    """

    sponsor: Text = field(default_factory=Text)
    conductor: Text = field(default_factory=Text)
    funder: Text = field(default_factory=Text)
    population: Text = field(default_factory=Text)
    mode: Text = field(default_factory=Text)
    dates: Text = field(default_factory=Text)
    recruitment: Text = field(default_factory=Text)
    weighting: Text = field(default_factory=Text)
    processing: Text = field(default_factory=Text)
    limitations: Text = field(default_factory=Text)
