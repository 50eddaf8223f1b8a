"""Chinese texts of the method of waves, elements and regions."""

from __future__ import annotations

TEXT: dict[str, str] = {
    "method.waves": "各期与变动",
    "method.waves_text": (
        "各期样本合并后以同一模型计分，因此变动绝不来自权重的改变。相互独立的样本为不同的层。指数的"
        "{headline}项变动检验（所有分组及两个前期）为一族，采用Holm校正；其他构念的{screening}项采用"
        "Benjamini–Hochberg筛查。若构念的题目、调查方式或抽样设计有改动，则序列中断，不作检验。"
    ),
    "method.panel_text": (
        "参加多期调查的受访者（列{column}）作为同一抽样单元：其协方差计入每项变动的误差。"
    ),
    "method.parts_text": (
        "变动的各部分（用户构成、同类用户评价、题目权重）按所有替换顺序取平均，相加恰好等于总变动；"
        "每一部分均有线性化误差。"
    ),
    "method.waves_table": "各期：受访者、调查方式、设计、问卷",
    "method.waves_note": "基数：回答了指数题目的受访者。单位：人。",
    "method.same_design": "同上",
    "method.second": "要素、投诉与地区",
    "method.elements_text": (
        "要素仅在被问及者中计分，为各题均值的平均。若某用户自身回答的均值处于量表下半部，则计为不满意。"
        "其重要性为质量得分对同一群人所评各要素的加权回归系数，误差按抽样设计计算。"
    ),
    "method.boards_text": (
        "短板系与最佳竞争对手比较，本方不计入其中；p值先乘以可选对手数，再作Holm校正。"
    ),
    "method.ladder_text": (
        "投诉阶梯的各级是用户群体而非处理措施：按原值比较，所有两两比较均作Holm校正。"
    ),
    "method.regions_text": (
        "调整后得分以加权回归在全体用户构成下比较各地区；收缩得分按误差所占方差的比例向均值靠拢"
        "（Fay与Herriot 1979）。名次为同时成立的区间；检验无法区分的地区同属一个梯队。其他来源并列"
        "展示，绝不并入平均。"
    ),
    "method.bias": "同一受访者，同一问卷",
    "method.bias_text": (
        "同一人在相似量表上的评分带有共同的情绪与作答习惯，会抬高所有关联。对策在于问卷设计（不同量表、"
        "拉开前因与结果的距离、加入无关的标记题）。本报告不作单因子检验：通过它并不能证明什么。"
    ),
}
