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
    "method.elements": "质量要素",
    "method.boards": "短板",
    "method.ladder": "投诉",
    "method.regions": "地区",
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
    "disclosure.title": "披露事项",
    "disclosure.table": "十一项披露事项（AAPOR守则2021，III.A）",
    "disclosure.item": "事项",
    "disclosure.known": "已知情况",
    "disclosure.note": (
        "由研究文件、答卷与结果自动填写；“未说明”表示三者均未提及。单位：陈述。无区间：事实。"
    ),
    "disclosure.join": "。",
    "disclosure.pair": "{name}：{value}",
    "disclosure.not_stated": "{name}：未说明",
    "disclosure.sponsor": "委托方",
    "disclosure.conductor": "执行方",
    "disclosure.funder": "出资方",
    "disclosure.population": "调查总体",
    "disclosure.sampling": "抽样框与抽取方法",
    "disclosure.recruitment": "招募与应答",
    "disclosure.mode": "访问方式与语言",
    "disclosure.dates": "日期",
    "disclosure.processing": "访问质量检查",
    "disclosure.survey": "使用问卷“{title}”的调查",
    "disclosure.instrument": (
        "问卷{id}，版本{version}，共{count}题，SHA-256 {sha256}…；计分题目的原文见测量一节"
    ),
    "disclosure.where": "仅分析满足以下条件者：{condition}",
    "disclosure.precision": (
        "{n}名受访者，有效样本量{n_eff}；全体指数的95 %区间为± {half}分，各组区间列于得分旁"
    ),
    "disclosure.processing_facts": "未作任何插补；对数值所做的处理见变动表与导入日志",
    "disclosure.limits": (
        "区间只反映所述抽样设计下的抽样误差，不含覆盖、无应答与措辞误差；若非随机样本，则只是模型"
        "陈述。驱动因素仅为关联"
    ),
    "disclosure.limits_untested": "各组之间题目测量是否一致未经检验",
}
