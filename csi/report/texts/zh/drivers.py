"""Chinese texts of drivers."""

from __future__ import annotations

TEXT: dict[str, str] = {
    "drivers.title": "驱动因素",
    "drivers.intro": (
        "重要性是模型之下对{outcome}的总效应：驱动因素每高一分，经由所有路径，指数相应高出的分数"
        "。绩效是驱动因素自身的0–100分得分。两者都是同一时点上的关联，并非因果证明。"
    ),
    "drivers.withheld_title": "本报告为何不以路径系数作为驱动因素",
    "drivers.withheld_text": (
        "这批数据无法估计模型的各条路径：构念之间过于接近，各自的效应无从确定。单条路径的数字只要"
        "多几份问卷就可能改变正负或大小。诊断结果如下："
    ),
    "drivers.beyond_one": (
        "{total}条标准化路径中有{count}条超出±1：构念重叠过多、效应相互抵消时就会如此。"
    ),
    "drivers.share_intro": (
        "因此改为给出每个构念在{outcome}已解释方差中的份额，按构念进入的所有次序取平均（"
        "Lindeman、Merenda和Gold 1980）。在构念相互重叠时份额仍然稳定；它说明各构念相应占多少，而"
        "不说明因果。"
    ),
    "drivers.map": "驱动因素的重要性与绩效，附95 %置信区间",
    "drivers.map_alt": (
        "驱动因素的重要性—绩效矩阵，附95 %置信区间。重要性最高：{strongest}；绩效最低：{weakest}。"
        "驱动因素表载有相同数字。"
    ),
    "drivers.shares": "相对权重：已解释方差的份额，附95 %置信区间",
    "drivers.shares_alt": (
        "相对权重条形图，单位为R²的百分比。最大：{high}；最小：{low}。驱动因素表载有相同数字。"
    ),
    "quadrant.improve": "改进区",
    "quadrant.strength": "优势区",
    "quadrant.low": "机会区",
    "quadrant.keep": "维持区",
    "quadrant.unclear": "不确定",
    "drivers.beyond_one_single": (
        "{total}条标准化路径中有1条超出±1：构念重叠过多、效应相互抵消时就会如此。"
    ),
    "drivers.table_lmg_share": "按关联强度排列的构念",
    "drivers.table_importance": "驱动因素排名",
}
