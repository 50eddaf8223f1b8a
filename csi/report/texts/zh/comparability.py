"""Chinese texts of measurement invariance."""

from __future__ import annotations

TEXT: dict[str, str] = {
    "invariance.title": "各组是否可比",
    "invariance.intro": (
        "只有当题目在各组中的测量方式一致时，组间差距才是满意度的差距：载荷相同（度量等值），"
        "截距相同（标量等值）。某一步等值被拒绝时，逐一放开拟合最差的题目。"
    ),
    "invariance.verdicts": "各构念的可比性：{groups}",
    "invariance.ladder": "等值检验各步：{groups}",
    "invariance.differs": "组间不同之处",
    "invariance.loading": "“{item}”的载荷",
    "invariance.intercept": "“{item}”的水平",
    "invariance.comparable": "可比",
    "invariance.partially_comparable": "部分可比",
    "invariance.not_comparable": "不可比",
    "invariance.not_testable": "单一题项：无法检验",
    "invariance.rule": (
        "可比：无须放开任何题目。部分可比：至少有两个题目保持相等。检验水平5 %，按抽样设计校"
        "正（Satorra与Bentler 2001）。单一题项无法检验。"
    ),
    "invariance.left_out": "样本过少，未检验：{groups}。",
    "invariance.level": "步骤",
    "invariance.level.configural": "结构相同",
    "invariance.level.metric": "载荷相等",
    "invariance.level.partial_metric": "载荷相等，部分放开",
    "invariance.level.scalar": "截距也相等",
    "invariance.level.partial_scalar": "截距相等，部分放开",
    "invariance.ladder_note": (
        "χ²：各组含均值的联合模型；Δ：与前一步之差，按抽样设计校正。无区间：检验结果。"
    ),
    "invariance.gaps": "指数差距：含与不含组间不同的题目",
    "invariance.observed": "观测差距",
    "invariance.corrected": "剔除后",
    "invariance.bias": "由其造成",
    "invariance.gaps_note": (
        "单位：指数分。区间：95 %，按抽样设计计算。剔除后：各组共同题目所支持的差距，仍以同一"
        "指数的分值表示。"
    ),
}
