"""Every text of a Chinese report, with the keys and placeholders of `csi.report.text_en`."""

from __future__ import annotations

TEXT: dict[str, str] = {
    # 模板用词
    "word.table": "表",
    "word.figure": "图",
    "word.groups": "各组",
    "word.lines": "各业务",
    "word.index_sheet": "指数表",
    # 封面
    "cover.client": "委托方",
    "cover.period": "调查期",
    "cover.fieldwork": "访问时间",
    "cover.mode": "访问方式",
    "cover.interviews": "样本量",
    "cover.data": "数据文件与SHA-256",
    "cover.questionnaire": "问卷",
    "cover.contents": "目录",
    # 摘要
    "summary.title": "执行摘要",
    "summary.findings": "数据说明了什么",
    "summary.cautions": "阅读须知",
    "tile.index_all": "全体用户指数",
    "tile.index_own": "{own}指数",
    "tile.interval_n": "95 % {interval}，n = {n}",
    "tile.highest": "最高：{group}",
    "tile.lowest": "最低：{group}",
    "tile.rank": "{count}家中的名次",
    "tile.rank_detail": "检验所不能排除的名次",
    "tile.gap": "与{other}的差距",
    "tile.gap_detail": "95 % {interval}，{p}",
    "tile.driver": "首要驱动因素",
    "tile.driver_detail": "{weight}；名次{ranks}",
    "tile.importance": "每分对应{weight}分",
    "tile.share": "占R²的{weight} %",
    "tile.explained": "已解释方差",
    "tile.explained_detail": "指数对{count}个构念回归的R²",
    "tile.model": "路径模型",
    "tile.model_certified": "路径可以解读",
    "tile.model_provisional": "路径须谨慎解读",
    "tile.model_withheld": "各路径无法区分",
    "league.caption": "各组指数及检验所不能排除的名次",
    "profile.caption": "全部构念得分，由高到低",
    # 发现
    "finding.level": "全体{n}名受访者的{index}为{value} {interval}（0–100分）。",
    "finding.own": "{own}得分{value} {interval}，样本量{n}。",
    "finding.higher": "{scope}：{group}显著高于{gaps}。",
    "finding.gap": "{other}（高{difference}分 {interval}，{p}）",
    "finding.no_difference": ("{scope}：{tests}项差异检验均不显著（校正后最小{p}）。"),
    "finding.no_difference_one": "{scope}：唯一可检验的差异不显著（{p}，{tests}项检验）。",
    "finding.line_higher": (
        "{line}用户的得分显著高于{other}用户，高{difference}分 {interval}，{p}。"
    ),
    "finding.line_no_difference": (
        "没有证据表明{line}用户与{other}用户存在差异：{difference}分 {interval}，{p}。"
    ),
    "finding.driver_importance": (
        "在{count}个驱动因素中，{driver}对{outcome}最为重要：在模型之下，"
        "其每高一分，指数相应高{weight}分 {interval}。"
    ),
    "finding.driver_lmg_share": (
        "在{count}个构念中，{driver}占{outcome}已解释方差的份额最大：{weight} % {interval}。"
    ),
    "finding.driver_tie": (
        "{driver}的名次尚未确定：其名次区间为{low}至{high}，{rivals}也可能居首。"
    ),
    "finding.driver_rank": "{driver}的名次区间为{low}至{high}。",
    "finding.priority": (
        "优先改进：{drivers}。其重要性高于驱动因素的平均水平，得分低于平均水平，"
        "两者均超出区间范围。"
    ),
    "finding.extremes": (
        "在其余构念中，{top}得分最高，为{top_value} {top_interval}；"
        "{low}最低，为{low_value} {low_interval}；两者区间不相交。"
    ),
    # 须知
    "caution.suppressed": (
        "{total}组中有{count}组的有效样本量不足{limit}，不予显示，也不作检验：{cells}。"
    ),
    "caution.low": ("{total}组中有{count}组的有效样本量不足{limit}（†）：{cells}。其区间较宽。"),
    "caution.partially_comparable": (
        "{index}在{groups}之间仅部分可比：有的题目测量方式不同。剔除这些题目后的差距见可比性一节。"
    ),
    "caution.not_comparable": (
        "{index}未通过{groups}之间的可比性检验：测量方式一致的题目过少。其影响（指数分）见可比性一节。"
    ),
    "caution.not_testable": ("{index}只有一个题目，无法检验其在{groups}之间是否可比。"),
    "caution.undecided": (
        "{tests}项指数差异检验中有{open}项不显著。这并不证明各组相等，也可能是样本量不足以判断。"
    ),
    "caution.withheld": (
        "路径系数不予公布：数据无法区分各构念。改用相对权重为驱动因素排序，原因见驱动因素一节。"
    ),
    "caution.provisional": "路径模型仅为暂定：方法附录中的诊断列出了其弱点。",
    "caution.fit": (
        "模型未达到一项通常的拟合标准（CFI不低于{least}，RMSEA不高于{most}）："
        "CFI {cfi}，RMSEA {rmsea}。"
    ),
    "caution.weak": "组合信度低于{limit}：{constructs}。",
    "caution.weak_one": "{construct}（ω = {omega}）",
    "scope.overall": "总体",
    "scope.all_lines": "全部业务合计",
    "scope.line": "{line}",
    "scope.cell": "{group}（{line}）",
    "scope.one": "{group}",
    "scope.pooled": "全体受访者",
    # 指数
    "scores.title": "指数得分",
    "scores.intro": (
        "指数即{index}的0–100分得分。只有双方有效样本量都足够时才比较；"
        "下文列出每一项检验过的差异，包括没有证据的差异。"
    ),
    "scores.table": "各组指数",
    "forest.caption": "指数及其95 %置信区间",
    "forest.all": "全体 {value}",
    "forest.small": "样本量不足（n = {n}）",
    "forest.alt": "指数及其95 %置信区间的森林图。{rows}。",
    "differences.caption": "指数的{count}项差异检验",
    "all.lines": "全部业务",
    "all.groups": "全体",
    "all.short": "全部",
    # 构念
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
    # 驱动因素
    "drivers.title": "驱动因素",
    "drivers.intro": (
        "重要性是模型之下对{outcome}的总效应：驱动因素每高一分，经由所有路径，指数相应高出的分数。"
        "绩效是驱动因素自身的0–100分得分。两者都是同一时点上的关联，并非因果证明。"
    ),
    "drivers.withheld_title": "本报告为何不以路径系数作为驱动因素",
    "drivers.withheld_text": (
        "这批数据无法估计模型的各条路径：构念之间过于接近，各自的效应无从确定。"
        "单条路径的数字只要多几份问卷就可能改变正负或大小。诊断结果如下："
    ),
    "drivers.beyond_one": (
        "{total}条标准化路径中有{count}条超出±1：构念重叠过多、效应相互抵消时就会如此。"
    ),
    "drivers.share_intro": (
        "因此改为给出每个构念在{outcome}已解释方差中的份额，按构念进入的所有次序取平均"
        "（Lindeman、Merenda和Gold 1980）。在构念相互重叠时份额仍然稳定；"
        "它说明各构念相应占多少，而不说明因果。"
    ),
    "drivers.map": "驱动因素的重要性与绩效，附95 %置信区间",
    "drivers.map_alt": "驱动因素的重要性—绩效矩阵，附95 %置信区间。{points}。",
    "drivers.shares": "相对权重：已解释方差的份额，附95 %置信区间",
    "drivers.shares_alt": "相对权重条形图，单位为R²的百分比。{rows}。",
    "drivers.table": "驱动因素排序",
    "quadrant.improve": "改进区",
    "quadrant.strength": "优势区",
    "quadrant.low": "机会区",
    "quadrant.keep": "维持区",
    "quadrant.unclear": "不确定",
    # 路径模型
    "paths.title": "路径模型",
    "paths.intro": (
        "箭头为结构模型的标准化系数，方框内为已解释方差的比例。它们在模型之下成立，描述的是关联。"
    ),
    "paths.withheld_title": "系数不予公布",
    "paths.withheld_text": (
        "图中只有模型的假设。其系数未通过诊断，不得解读、引用或比较；"
        "原因及可用的排序见驱动因素一节。"
    ),
    "paths.provisional_title": "这些路径须谨慎解读",
    "paths.provisional_text": "模型仅暂定通过。诊断结果如下：",
    "paths.figure": "标准化路径系数，{scope}",
    "paths.hypotheses": "模型的假设，{scope}",
    "paths.alt": "路径图。{paths}。",
    "paths.table": "路径系数，{scope}",
    "paths.note": "关于本模型",
    # 测量
    "measurement.title": "测量质量",
    "measurement.intro": (
        "题项测量构念的质量。通常标准：信度（α、ω）不低于0.70，平均方差抽取量（AVE）不低于0.50，"
        "标准化载荷不低于0.70。"
    ),
    "measurement.reliability": "构念的信度与聚合效度",
    "measurement.loadings": "题项：标准化载荷、在构念得分中的权重、均值",
    # 方法
    "method.title": "方法附录",
    "method.design": "总体、样本与权重",
    "method.population": "总体",
    "method.mode": "访问方式",
    "method.fieldwork": "访问时间",
    "method.sample": "样本",
    "method.sample_value": "分析受访者{n}名",
    "method.weights": "权重",
    "method.weights_value": "加权；权重的设计效应{deff}，有效样本量{n_eff}",
    "method.weights_none": "未加权：每名受访者权重相同",
    "method.strata": "抽样设计",
    "method.strata_value": "层数：{strata}；抽样单元：{psu}；自由度：{df}",
    "method.deff_index": "指数",
    "method.deff_index_value": "设计效应{deff}，有效样本量{n_eff}",
    "method.deff_alt": (
        "有效样本量等于权重之和的平方除以权重平方之和；权重的设计效应等于n除以有效样本量。"
    ),
    "method.questionnaire": "问卷",
    "method.index": "指数及其不确定性",
    "method.index_text": (
        "每个构念得分（包括{index}）都是其题项的加权平均，各题项由自身量表换算为0–100分。"
        "题项权重来自拟合的模型，合计为1："
    ),
    "method.index_alt": (
        "第g组的指数等于对题项k求和：ω k乘以题项k的均值减最小值再除以量程，再乘以100。"
        "ω k等于载荷k除以载荷之和。"
    ),
    "method.uncertainty": (
        "标准误采用线性化方法（Binder 1983），包含权重、分层、整群以及题项权重估计的影响。"
        "区间为95 %置信区间，取自以设计自由度为自由度的t分布。"
    ),
    "method.missing": "缺失回答",
    "method.missing_text": (
        "因不同原因缺失的回答分别处理。未询问与不适用从不填补。"
        "题项无回答按极大似然处理，利用全部已有回答，并假定缺失只取决于这些回答。"
    ),
    "method.missing_table": "各构念的回答与缺失原因",
    "missing.not_applicable": "不适用",
    "missing.dont_know": "不知道",
    "missing.refused": "拒答",
    "missing.skipped": "跳过",
    "missing.not_asked": "未询问",
    "missing.no_answer": "无回答",
    "method.model": "模型、拟合与诊断",
    "method.model_text": (
        "协方差结构模型，对加权矩作极大似然估计；标准误与校正χ²考虑抽样设计和非正态回答。"
        "每次拟合须先通过诊断，其路径方可解读：认可、暂定或不予公布。"
    ),
    "method.no_findings": "诊断没有发现问题。",
    "fit.caption": "模型拟合",
    "fit.n": "受访者",
    "fit.npar": "自由参数",
    "fit.chi2": "χ²",
    "fit.chi2_scaled": "χ²（按设计校正）",
    "fit.cfi": "CFI",
    "fit.tli": "TLI",
    "fit.rmsea": "RMSEA [90 %区间]",
    "fit.srmr": "SRMR",
    "fit.loglik": "对数似然",
    "fit.aic": "AIC",
    "fit.bic": "BIC",
    "fit.verdict": "诊断结论",
    "model.certified": "认可",
    "model.provisional": "暂定",
    "model.withheld": "不予公布",
    "diagnosis.caption": "诊断结果",
    "severity.note": "提示",
    "severity.provisional": "暂定",
    "severity.withheld": "不予公布",
    "diagnosis.not_converged": "最优拟合的搜索没有结束：梯度为{value}，界限{limit}。",
    "diagnosis.variance": "{subject}的方差为{value}；方差须大于{limit}。",
    "diagnosis.not_positive_definite": (
        "各构念之间的相关系数不能同时成立：最小特征值为{value}，须大于{limit}。"
    ),
    "diagnosis.condition": (
        "数据几乎无法区分各参数：信息矩阵的条件数为{value}，界限{limit}；正常模型为20至100。"
    ),
    "diagnosis.correlation": "{subject}的相关系数为{value}，界限{limit}。",
    "diagnosis.htmt": "{subject}几乎无法区分：其异质—单质比率（HTMT）为{value}，界限{limit}。",
    "diagnosis.path_beyond_one": ("标准化路径{subject}为{value}，超出±{limit}，是共线性的征兆。"),
    "diagnosis.path_error": "标准化路径{subject}的标准误为{value}，界限{limit}。",
    "diagnosis.sign": "标准化路径{subject}为{value}，而这两个构念的相关系数为{limit}。",
    "diagnosis.effect_sign": "标准化总效应{subject}为{value}，而这两个构念的相关系数为{limit}。",
    "diagnosis.weak_loading": "题项{subject}的载荷仅为{value}，界限{limit}。",
    "diagnosis.other": "{subject}：{code}为{value}，界限{limit}。",
    "method.tests": "检验与小样本",
    "method.tests_text": (
        "共检验{total}项差异，双侧，并计入各组之间的协方差。p值在每一套比较"
        "（业务内各组、总体各组、各业务）之内校正：指数按Holm法，"
        "其余构念如有检验则按Benjamini-Hochberg法。"
        "校正后p值低于0.05者称为较高或较低；差异的区间未作校正。"
        "有效样本量不足{suppress}的数字不显示也不检验；不足{mark}者标以†。"
    ),
    "method.no_tests": (
        "本研究没有分组，故未作差异检验。有效样本量不足{suppress}的数字不予显示；不足{mark}者标以†。"
    ),
    "method.drivers": "驱动因素",
    "method.drivers_importance": (
        "重要性是对指数的非标准化总效应TE，换算到得分的0–100分尺度；绩效即得分本身。"
        "旁列的份额（LMG）是按所有进入次序平均的R²增量，合计100 %。名次区间取自估计值的联合分布。"
    ),
    "method.drivers_lmg_share": (
        "相对权重（LMG）是在以构念得分为自变量的回归中，按所有进入次序平均的指数R²增量，合计100 %。"
        "名次区间取自估计值的联合分布。总效应由路径构成，故与路径一并不予公布。"
    ),
    "method.importance_alt": (
        "驱动因素j的重要性等于它对s的总效应乘以κ s除以κ j，其中κ等于载荷平方和除以载荷之和。"
    ),
    "method.reproduce": "重现这些数字",
    "method.versions": "软件",
    "method.options": "选项",
    "method.changes": "对文件数值所作的处理",
    "change.missing_code": "识别的缺失代码",
    "change.column_renamed": "以其他名称找到的列",
    "change.columns_left_out": "问卷中没有而略去的列",
    "change.choice": "由代码清单读出的选项",
    "change.all_missing": "没有任何回答的题项",
    "change.constant": "只有一种回答的题项",
    "change.not_asked": "未询问题项的单元格",
    "change.answered_though_not_asked": "剔除的回答：该题项本不应询问",
    "change.note": "关于文件的说明",
    # 数据表
    "data.title": "数据表",
    "data.index": "各组指数",
    "data.constructs": "各组其余构念",
    "data.indicators": "题项得分，全体受访者",
    "data.tests": "全部{count}项差异检验",
    "data.parameters": "模型参数",
    "data.parameters_withheld": "测量模型参数（路径不予公布）",
    # 坐标轴
    "axis.index": "{index}（0–100）",
    "axis.score": "得分（0–100）",
    "axis.performance": "绩效：驱动因素得分（0–100）",
    "axis.importance": "重要性：每分对应的{index}分数",
    "axis.share": "占{outcome}已解释方差的份额，%",
    # 列名
    "column.alpha": "α系数",
    "column.answered": "已回答",
    "column.ave": "AVE",
    "column.cells": "数值个数",
    "column.change": "处理",
    "column.construct": "构念",
    "column.difference": "差异",
    "column.driver": "驱动因素",
    "column.equal": "等权",
    "column.estimate": "估计值",
    "column.finding": "结果",
    "column.group": "组别",
    "column.guide": "通常标准",
    "column.higher_than": "显著高于",
    "column.importance": "重要性",
    "column.index": "指数",
    "column.interval": "95 %区间",
    "column.item": "题项",
    "column.items": "题项数",
    "column.limit": "界限",
    "column.line": "业务",
    "column.low": "下限",
    "column.high": "上限",
    "column.marks": "标记",
    "column.lmg": "份额，%",
    "column.loading": "载荷",
    "column.mark": "样本量",
    "column.mean": "均值",
    "column.measure": "指标",
    "column.n": "n",
    "column.n_eff": "有效n",
    "column.omega": "ω系数",
    "column.p_adjusted": "校正p值",
    "column.parameter": "参数",
    "column.path": "路径",
    "column.performance": "绩效",
    "column.points": "分差",
    "column.rank": "名次",
    "column.rank_interval": "名次区间",
    "column.reading": "解读",
    "column.scope": "范围",
    "column.score": "得分",
    "column.se": "标准误",
    "column.severity": "程度",
    "column.share": "份额，%",
    "column.std": "标准化β",
    "column.unstd": "非标准化",
    "column.value": "数值",
    "column.verdict": "结论",
    "column.weight": "权重",
    "column.wording": "题目",
    # 结论与标记
    "verdict.higher": "较高",
    "verdict.lower": "较低",
    "verdict.moved": "有变动",
    "verdict.no_evidence": "无证据",
    "verdict.too_small_to_matter": "差异过小",
    "verdict.not_comparable": "不可比",
    "verdict.base_too_small": "样本量不足",
    "flag.none": "足够",
    "flag.low": "† 偏小",
    "flag.suppressed": "不显示",
    # 图表注
    "note.base_shown": "基数：作答的受访者，n为未加权数。",
    "note.base_right": "基数：右侧n，未加权。",
    "note.base_all": "基数：{n}名受访者，未加权。",
    "note.base_item": "基数：回答该题项的受访者。",
    "note.base_tests": "基数：同得分表。",
    "note.unit_index": "单位：分，0–100。",
    "note.unit_points": "单位：指数分，前者减后者。",
    "note.unit_importance": "单位：重要性为每分对应的指数分，绩效为0–100分。",
    "note.unit_share": "单位：已解释方差的百分比（R² = {r2} %）。",
    "note.unit_reliability": "单位：系数，0–1。",
    "note.unit_loadings": "单位：载荷为标准化值；权重在构念内合计为1；均值为0–100分。",
    "note.unit_items": "单位：分，0–100，由题项自身量表换算。",
    "note.unit_missing": "单位：占该构念题项应有回答的百分比。",
    "note.unit_fit": "单位：如各行所示。",
    "note.unit_diagnosis": "单位：如结果所述。",
    "note.unit_changes": "单位：数值个数。",
    "note.unit_parameters": "单位：题项与构念为0–100分；末列为标准化值。",
    "note.interval": "区间：95 %，按抽样设计计算。",
    "note.interval_bars": "横线：95 %置信区间，按抽样设计计算。",
    "note.interval_data": "区间：见数据表。",
    "note.interval_rmsea": "区间：RMSEA按惯例为90 %，其余无区间。",
    "note.interval_std": "区间：标准化系数的95 %区间。",
    "note.interval_unadjusted": (
        "区间：95 %，未校正。p值：指数按Holm法，其余按Benjamini-Hochberg法校正。"
    ),
    "note.no_interval": "无区间：描述性数字。",
    "note.untested": "样本量不足而未检验的另有{count}对。",
    "note.range": "图示：得分及其区间，尺度为{low}至{high}。",
    "note.letters_group": "字母：显著高于该字母所代表的组（5 %，Holm校正）。",
    "note.letters_line": (
        "字母：在同一行内显著高于该字母所代表的列"
        "（5 %，对全部业务的所有配对作Holm校正；末行单独校正）。合计不与其组成部分比较。"
    ),
    "note.letters_construct": (
        "字母：在同一行内显著高于该字母所代表的列"
        "（5 %，指数按Holm法，其余构念按Benjamini-Hochberg法校正）。"
    ),
    "note.letters_index_only": (
        "字母：显著高于该字母所代表的列（5 %，Holm校正）；只检验指数，其余各行未检验。"
    ),
    "note.low": "† 有效样本量不足{limit}：区间较宽，须谨慎解读。",
    "note.suppressed": "– 有效样本量不足{limit}：不显示，不检验。",
    "note.hollow": "空心标记：有效样本量不足100。",
    "note.rank": "名次：每有一组显著较高则后移一位；检验不能确定次序时给出范围。",
    "note.rank_interval": "名次区间：95 %；名次相交者次序未定。",
    "note.lmg": "份额：占已解释方差的比例（LMG），用以核对次序。",
    "note.reading": "解读：只有两个区间都避开平均值时才命名。",
    "note.map_lines": "虚线：驱动因素的平均值。菱形：改进区，两个区间都避开虚线。",
    "note.paths_unit": "单位：标准化系数。",
    "note.paths_marks": ("实线：p < 0.05，越粗越强；灰色虚线：不显著；橙色：负值。区间：见下表。"),
    "note.paths_p": "粗体：p < 0.05，未按路径数校正。",
    "note.paths_bare": "无系数、无粗细、无区间：箭头只是假设。",
    "note.operators": "=~ 由其测量；~ 对其回归；~~ 方差或协方差。",
    "note.flags": (
        "样本量：† 有效n不足100，偏小；不足30，不显示。等权：所有题项权重相同时的得分，用以核对。"
    ),
    "note.verdicts": "结论：校正后p < 0.05为较高或较低；无证据不等于证明相等。",
    "note.assumed": "‡ 单题项构念：信度为假定值，并非估计值。",
    # 可比性
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
