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
    "invariance.loading": "“{item}”在{group}的载荷（作答{points}分 {interval}）",
    "invariance.intercept": "“{item}”在{group}的水平（{points}分 {interval}）",
    "invariance.comparable": "可比",
    "invariance.partially_comparable": "部分可比",
    "invariance.not_comparable": "不可比",
    "invariance.not_testable": "单一题项：无法检验",
    "invariance.unit": (
        "单位：结论；括号内为构念水平相同时该题作答高出的分值（0–100分）及其95 %区间。"
    ),
    "invariance.ladder_unit": "单位：χ²与系数。",
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
    "column.comparable": "可比性",
    "differences.without": "剔除测量方式不同的题目",
    "comparable.comparable": "可比",
    "comparable.comparable_in_effect": "实际可比",
    "comparable.partially_comparable": "部分可比",
    "comparable.not_comparable": "不可比",
    "comparable.not_testable": "单一题项",
    "comparable.unknown": "未检验",
    "note.comparable": "可比性：{rules}。",
    "note.comparable_join": "；",
    "note.comparable_comparable": "可比，各题测量方式一致",
    "note.comparable_comparable_in_effect": "实际可比，测量方式不同的题目造成的差异必不足1分",
    "note.comparable_partially_comparable": "部分可比，差异中有一部分由测量方式不同的题目造成",
    "note.comparable_not_comparable": "不可比，测量方式一致的题目过少",
    "note.comparable_not_testable": "单一题项，无法检验",
    "note.comparable_unknown": "未检验，某一组样本过小",
    "note.corrected": ("剔除测量方式不同的题目：除去这些题目所造成部分之后的差异，单独检验。"),
    "note.withdrawn": "结论“不可比”：不下结论，因为剔除这些题目后结论会改变或无法判断。",
    "note.alike": "{groups}之间的可比性：{verdicts}。",
    "note.alike_untested": "{groups}之间的可比性：未检验。",
    "note.alike_not_comparable": "{constructs}不可比",
    "note.alike_partially_comparable": (
        "{constructs}部分可比（结论与字母只在剔除测量方式不同的题目后仍成立时给出）"
    ),
    "note.alike_not_testable": "{constructs}只有一个题目，无法检验",
    "note.alike_rest": "其余可比",
    "note.alike_all_comparable": "各题测量方式一致",
    "note.alike_all_partially_comparable": (
        "部分可比，有的题目测量方式不同（结论与字母只在剔除后仍成立时给出）"
    ),
    "note.alike_all_not_comparable": "不可比，测量方式一致的题目过少",
    "note.alike_all_not_testable": "只有一个题目，无法检验",
    "note.change_alike": "各次调查之间的可比性：{verdicts}。",
}
