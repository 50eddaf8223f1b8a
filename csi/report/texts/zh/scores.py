"""Chinese texts of scores of groups and constructs."""

from __future__ import annotations

TEXT: dict[str, str] = {
    "scores.title": "指数得分",
    "scores.intro": (
        "指数即{index}的0–100分得分。只有双方有效样本量都足够时才比较；"
        "下文列出每一项检验过的差异，包括没有证据的差异。"
    ),
    "scores.table": "各组指数",
    "forest.caption": "指数及其95 %置信区间",
    "forest.all": "全体 {value}",
    "forest.small": "样本量不足（n = {n}）",
    "forest.alt": (
        "指数及其95 %置信区间的森林图，每组一行。最高：{high}；最低：{low}。本节表格载有相同数字。"
    ),
    "differences.caption": "指数的{count}项差异",
    "all.lines": "全部业务",
    "all.groups": "全体",
    "all.short": "全部",
    "constructs.title": "构念得分",
    "constructs.intro": (
        "模型的每个构念与指数并列，均采用同一0–100分尺度。所有得分都是题项的加权平均，"
        "权重取自同一个合并模型，故各组的衡量方式相同。"
    ),
    "constructs.table": "各组构念得分，全部业务合计",
    "constructs.table_flat": "各组构念得分",
    "constructs.table_line": "各组构念得分：{line}",
    "constructs.chart": "构念得分及其95 %置信区间",
    "constructs.alt": "各组每个构念的得分及95 %置信区间；构念得分表载有相同数字。",
    "axis.index": "{index}（0–100）",
    "axis.score": "得分（0–100）",
    "axis.performance": "绩效：驱动因素得分（0–100）",
    "axis.importance": "重要性：每分对应的{index}分数",
    "axis.share": "占{outcome}已解释方差的份额，%",
    "gaps.title": "与竞争对手的差距从何而来",
    "gaps.table": "{own}的差距：逐项分解",
    "gaps.against": "对比",
    "gaps.mix": "用户构成不同",
    "gaps.level": "同类用户评价不同",
    "gaps.unlike": "其中：测量方式不同的题目",
    "finding.gap_explained": (
        "{own}与{other}的差距为 {total} 分，其中用户构成不同占 {mix} 分 {mix_interval}，"
        "同类用户评价不同占 {level} 分 {level_interval}。"
    ),
    "finding.gap_explained_unlike": (
        "{own}与{other}的差距为 {total} 分，其中用户构成不同占 {mix} 分 {mix_interval}，"
        "同类用户评价不同占 {level} 分 {level_interval}（其中 {unlike} 分源于测量方式不同的题目）。"
    ),
    "note.unit_gap_parts": "单位：指数分，本方减对方。",
    "note.gap_parts": (
        "各部分按所有替换次序平均；用户类别按{cells}划分。各部分精确加总；余项：各题缺答者不同及"
        "样本过小的类别。"
    ),
    "note.gap_unlike": (
        "其中测量方式不同的题目：差距中由这些题目造成的分值，已含在同类用户评价不同之中。"
    ),
}
