"""Chinese texts of findings and cautions: sentences about tested results."""

from __future__ import annotations

TEXT: dict[str, str] = {
    "summary.level": "总体水平",
    "summary.moved": "有何变动",
    "summary.ahead": "谁领先",
    "summary.matters": "何者与满意度相关，短板何在",
    "summary.where": "地区与投诉",
    "finding.no_difference_lines": "{lines}：{tests}项差异检验均不显著（校正后最小{p}）。",
    "finding.lines_higher": "{line}用户的得分显著高于{gaps}。",
    "finding.level": "全体{n}名受访者的{index}为{value} {interval}（0–100分）。",
    "finding.own": "{own}得分{value} {interval}，样本量{n}。",
    "finding.higher": "{scope}：{group}显著高于{gaps}。",
    "finding.gap": "{other}（高{difference}分 {interval}，{p}{unlike}）",
    "finding.no_difference": "{scope}：{tests}项差异检验均不显著（校正后最小{p}）。",
    "finding.no_difference_one": "{scope}：唯一可检验的差异不显著（{p}，{tests}项检验）。",
    "finding.line_higher": (
        "{line}用户的得分显著高于{other}用户，高{difference}分 {interval}，{p}{unlike}。"
    ),
    "finding.line_no_difference": (
        "没有证据表明{line}用户与{other}用户存在差异：{difference}分 {interval}，{p}{unlike}。"
    ),
    "finding.without_unlike": "；剔除测量方式不同的题目后为{corrected}分 {interval}",
    "finding.partly": "{construct}（部分可比）",
    "finding.driver_importance": (
        "在{count}个驱动因素中，{driver}对{outcome}最为重要：在模型之下，其每高一分，指数相应高"
        "{weight}分 {interval}。"
    ),
    "finding.driver_lmg_share": (
        "在{count}个构念中，{driver}与{outcome}的关联最强：占已解释方差的{weight} % {interval}。"
    ),
    "finding.extremes": (
        "在其余构念中，{top}得分最高，为{top_value} {top_interval}；{low}最低，为{low_value} "
        "{low_interval}；两者区间不相交。"
    ),
    "caution.suppressed": (
        "{total}组中有{count}组的有效样本量不足{limit}，不予显示，也不作检验：{cells}。"
    ),
    "caution.low": "{total}组中有{count}组的有效样本量不足{limit}（†）：{cells}。其区间较宽。",
    "caution.partially_comparable": (
        "{index}在{groups}之间仅部分可比：有的题目测量方式不同。剔除这些题目后的差距见可比性一节。"
    ),
    "caution.not_comparable": (
        "{index}未通过{groups}之间的可比性检验：测量方式一致的题目过少。其影响（指数分）见可比性"
        "一节。"
    ),
    "caution.not_testable": "{index}只有一个题目，无法检验其在{groups}之间是否可比。",
    "caution.withdrawn": (
        "{total}项指数差异中有{count}项不可比，不下结论：{pairs}。剔除测量方式不同的题目后，结论会"
        "改变，或无法判断。"
    ),
    "caution.pair": "{a} − {b}（{scope}）",
    "caution.undecided": (
        "{tests}项指数差异检验中有{open}项不显著。这并不证明各组相等，也可能是样本量不足以判断。"
    ),
    "caution.withheld": (
        "路径系数不予公布：数据无法区分各构念。改用相对权重为驱动因素排序，原因见驱动因素一节。"
    ),
    "caution.provisional": "路径模型仅为暂定：方法附录中的诊断列出了其弱点。",
    "caution.fit": (
        "模型未达到一项通常的拟合标准（CFI不低于{least}，RMSEA不高于{most}）：CFI {cfi}，RMSEA "
        "{rmsea}。"
    ),
    "caution.weak": "组合信度低于{limit}：{constructs}。",
    "caution.weak_one": "{construct}（ω = {omega}）",
    "finding.drivers_importance": (
        "在{outcome}的{count}个驱动因素中，数据尚不能确定何者居首：{leaders}。估计值最高的是"
        "{driver}：在模型之下，该项每高一分，指数相应高{weight}分 {interval}。"
    ),
    "finding.drivers_lmg_share": (
        "在{count}个构念中，数据尚不能确定何者与{outcome}的关联最强：{leaders}。其中{driver}占已"
        "解释方差的份额最大，为{weight} % {interval}。"
    ),
    "finding.priority_importance": (
        "优先改进：{drivers}。其重要性高于驱动因素的平均水平，得分低于平均水平，两者的区间均未触"
        "及平均线。"
    ),
    "finding.priority_lmg_share": (
        "优先关注：{drivers}。其与指数的关联强于各构念的平均水平，得分低于平均水平，两者的区间均"
        "未触及平均线；由于路径已被扣留，不能作进一步推断。"
    ),
    "finding.better": "{own}在{constructs}上显著优于{other}。",
    "finding.worse": "{own}在{constructs}上显著逊于{other}。",
    "caution.untested": (
        "{groups}之间的题目测量是否一致未能检验：某一组样本过小，或其模型未收敛。组间差距可能包含"
        "测量差异。"
    ),
}
