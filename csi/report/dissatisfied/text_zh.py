"""Every text of the Chinese report, with the keys and placeholders of the English one."""

from __future__ import annotations

from csi.report.dissatisfied.text_zh_method import METHOD

TEXT: dict[str, str] = {
    "word.table": "表",
    "word.lost_title": "本报告无法显示的字符",
    "word.lost": "字体中没有以下字符，以□代替，组合符号则省略：{characters}。",
    "word.figure": "图",
    # 模拟数据标识
    "synthetic.short": "模拟数据",
    "synthetic.footer": "模拟数据：用户均为模拟生成，并非真实客户",
    "synthetic.remark": "本报告为模拟数据：其中的用户、回答与效果全部由程序模拟生成，"
    "仅用于展示方法，不代表任何运营商。",
    "synthetic.caution": "全部数据均为模拟：本报告展示的是方法，而非市场。",
    # 封面
    "cover.client": "委托方",
    "cover.population": "总体",
    "cover.snapshot": "用户数据快照日",
    "cover.fieldwork": "访问时间",
    "cover.mode": "访问方式",
    "cover.interviews": "样本量",
    "cover.subscribers": "评分用户数",
    "cover.model": "模型 SHA-256",
    "cover.contents": "目录",
    # 摘要
    "summary.title": "执行摘要",
    "summary.findings": "数据说明了什么",
    "summary.cautions": "阅读须知",
    "tile.detail": "95 % {interval}，n = {n}",
    "tile.base": "全体用户中的不满意比例",
    "tile.capture": "其中曾通过渠道表达者",
    "tile.lift": "前 10 % 名单的提升度",
    "tile.wrong": "名单中打给满意用户的比例",
    "tile.silent": "沉默用户：校正差距（分）",
    "tile.auc": "模型 AUC",
    "tile.effect": "关怀的效果（分）",
    "tile.take_up": "参与率（并非效果）",
    "finding.base": "全体用户中有{share}不满意（{n}份访问，已作无应答加权）。",
    "finding.capture": "不满意用户中有{share}在受访前曾通过某一渠道表达（n = {n}）；"
    "其余用户运营商无从听到。",
    "finding.gap": "{name}：满意度与其他用户相差{gap}分（{relative} %），"
    "与用户构成相同的其他用户相差{same}分。",
    "finding.gap_raw": "{name}：满意度与其他用户相差{gap}分（{relative} %）。",
    "finding.lift": "按概率取最高的 10 % 组成名单，其中不满意用户是随机名单的{lift}倍{interval}；"
    "至多可达{ceiling}倍。名单中仍有{wrong}的电话打给满意用户。",
    "finding.three.shown": "“随机的三倍”得到证实：整个区间高于 3。",
    "finding.three.not_reached": "“随机的三倍”没有达到：整个区间低于 3。",
    "finding.three.open": "“随机的三倍”既未证实也未排除：区间包含 3。",
    "finding.model_only": "在名单长度相同的条件下，不满意用户中有{share}只被模型发现，"
    "任何规则都没有发现。",
    "finding.effect.shown": "与随机对照组相比，提供关怀使满意度变化{effect}分：效果得到证实。",
    "finding.effect.open": "与随机对照组相比，提供关怀使满意度变化{effect}分：效果未得到证实，"
    "区间之内的效果也都不能排除。",
    "finding.naive": "被关怀用户两次访问之间上升{naive}分；扣除自行发生的部分，余下{corrected}分。",
    "caution.level": "加权只能修正运营商数据所能解释的应答差异。若不满意本身使人拒访，"
    "水平会有偏差，排序则不受影响。",
    "caution.gap": "组间差距只是差异，并不是沉默或故障的后果。",
    "caution.calls": "再好的名单，多数电话仍打给满意用户：话术应对满意用户无害。",
    "caution.effect": "效果指“提供关怀”对全部被提供者的效果。",
    "caution.no_hold_out": "没有设随机对照组：不能声称任何效果。",
    "claim.title": "文献说法",
    # 显性池
    "pool.title": "谁已经表达过不满",
    "pool.intro": "截至 {day}，池中共有{customers}名用户：他们曾投诉，或在接触后、调查中给出低分，"
    "且最近一条记录仍在有效期内。无论在何处表达过多少次，每名用户只计一次。",
    "pool.table": "各渠道的显性不满意用户",
    "channel.survey": "调查",
    "channel.any": "任一渠道",
    "capture.title": "有多少不满意用户会说出来",
    "capture.intro": "调查从全体用户中抽样，因此能够知道各渠道漏掉了什么："
    "在调查中不满意的用户里，受访之前渠道已经听到的比例。调查本身在此不算渠道。",
    "capture.table": "各渠道的捕捉率，以及表达过的用户中不满意的比例",
    "capture.chart": "不满意用户中曾表达者的比例，按渠道",
    "capture.alt": "捕捉率的百分比区间。{rows}。",
    "claim.capture": "不满意用户中只有{claimed}会说出来。本次由调查估计：{found} {interval}。",
    "causes.title": "投诉与低分说的是什么",
    "causes.chart": "各渠道记录的原因",
    # 假设
    "hypotheses.title": "假设：沉默与事件",
    "hypotheses.intro": "每个假设都依据运营商在访问之前已知的信息指明一部分用户。"
    "原始差距是与其他全部用户相比；校正差距是与用户构成（{columns}）相同的其他用户相比。"
    "两者都不说明原因。",
    "hypotheses.intro_raw": "每个假设都依据运营商在访问之前已知的信息指明一部分用户，"
    "并与其他全部用户相比。差距并不说明原因。",
    "hypotheses.table": "假设所指用户的满意度差距：原始与校正",
    "hypotheses.named": "各假设所指的用户数及其不满意比例",
    "hypotheses.chart": "与其他用户的差距及其 95 % 置信区间",
    "hypotheses.alt": "以分计的差距区间。{rows}。",
    "measure.first": "第一指标",
    "measure.second": "第二指标",
    "gap.gap": "原始",
    "gap.adjusted_gap": "校正",
    "claim.silent": "沉默用户的满意度低 {claimed}（第一与第二指标）。上表为本次调查的结果，"
    "以分与百分比列出。",
    "verdict.lower": "较低",
    "verdict.higher": "较高",
    "verdict.no_evidence": "证据不足",
    "verdict.base_too_small": "样本过小",
    # 指标
    "indicators.title": "哪些指标与满意度相关",
    "indicators.intro": "对每个指标，用五分之四的受访者选出最好与最差的分箱，"
    "再在未参与选择的五分之一中比较。差距不低于 {threshold} 分即视为影响大。",
    "indicators.kept": "{count}个指标中有{kept}个达到 {threshold} 分：{names}。"
    "若将得分随机打乱，平均有{chance}个达到，二十次中有一次超过{high}个。",
    "indicators.none": "{count}个指标均未达到 {threshold} 分。"
    "若将得分随机打乱，平均有{chance}个达到，二十次中有一次超过{high}个。",
    "indicators.chart": "各指标的影响：最好与最差分箱的均值之差（样本外）",
    "indicators.alt": "以分计的影响区间。{rows}。",
    "indicators.too_few": "人数过少，无法比较",
    "indicators.choice": "若干网络指标近乎彼此的副本：七个副本不是七个指标。"
    "因此第二种选法逐个选取在已选指标之外仍能提供信息者，直到与偶然无异为止；"
    "共选出{chosen}个。",
    "indicators.table": "逐个选出的指标，以及与其重复者",
    "claim.threshold": "保留使满意度变化 10 分以上的指标。上文报告了这一规则的结果；"
    "模型不采用它，因为它会丢掉积少成多的弱指标，却保留不增加信息的副本。",
    "kept.yes": "保留",
    # 模型
    "model.title": "模型",
    "model.intro": "所有模型都在{n}名受访者上由未见过其回答的模型评判："
    "指标选择、分箱与校准在每一折中重新进行。朴素贝叶斯与树增强网络即文献所说的贝叶斯网络；"
    "评分卡由提升模型提炼为少数分箱；完整提升模型只作标尺，从不用于评分。",
    "model.table": "各模型在未见过的回答上的表现",
    "learner.naive": "朴素贝叶斯",
    "learner.tan": "树增强网络",
    "learner.scorecard": "评分卡",
    "learner.boosting": "完整提升（标尺）",
    "learner.network": "贝叶斯网络",
    "gap.price": "完整提升模型的 AUC 高 {gap}：这是模型可以逐行解读（{learner}）的代价。",
    "gap.nothing": "完整提升模型的排序并不更好（AUC 低 {gap} 或相等）："
    "模型可以逐行解读（{learner}），在此没有代价。",
    "gap.none": "未拟合完整提升模型：可加模型损失多少不得而知。",
    "reliability.title": "概率是否名副其实",
    "reliability.intro": "受访者按概率分为十组。落在线上即与预测一致；"
    "平均差距为 {error} 个百分点。",
    "reliability.chart": "不满意比例：观测与预测",
    "reliability.alt": "十组的预测与观测百分比及区间。{rows}。",
    "lift.title": "名单里会有什么",
    "lift.intro": "提升度是名单中的不满意比例与全体不满意比例（{base}）之比。"
    "无论何种模型，它都不能超过基准率的倒数（此处为 {ceiling}），"
    "也不能超过呼叫比例的倒数。",
    "lift.chart": "不同名单长度的提升度",
    "lift.alt": "按呼叫比例的提升度及区间。{rows}。",
    "lift.table": "不同长度的名单",
    "calls.title": "好名单意味着什么",
    "calls.text": "在基准率 {base} 之下，随机的 {lift} 倍意味着：前 10 % 名单的 100 个电话中，"
    "{found}个打给不满意用户，{others}个打给满意用户。",
    "claim.three.shown": "模型找到的不满意用户是随机呼叫的三倍。本次前 10 % 名单："
    "{lift} {interval}，基准率 {base}，上限 {ceiling}：得到证实。",
    "claim.three.not_reached": "模型找到的不满意用户是随机呼叫的三倍。本次前 10 % 名单："
    "{lift} {interval}，基准率 {base}，上限 {ceiling}：没有达到。",
    "claim.three.open": "模型找到的不满意用户是随机呼叫的三倍。本次前 10 % 名单："
    "{lift} {interval}，基准率 {base}，上限 {ceiling}：区间包含 3，既未证实也未排除。",
    # 规则与分组
    "rules.title": "规则、规则合并与模型",
    "rules.intro": "模型可标记的用户数与全部规则合并相同。不满意用户中有{share}只被模型发现。",
    "rules.table": "谁被谁发现",
    "finder.any_rule": "任一规则",
    "finder.model": "模型（同样数量）",
    "finder.model_only": "仅模型",
    "finder.rules_only": "仅规则",
    "domains.title": "各地区与细分",
    "domains.intro": "全体用户只有一份名单，从各地区与细分来看："
    "模型在何处排序较差，或名单占比超出当地的不满意程度，一目了然。",
    "domains.table": "模型在各地区与细分的表现",
    # 评分卡
    "card.title": "评分卡",
    "card.intro": "共{count}个指标，各分为若干箱。每人从 {start} 分起，"
    "各分箱加减分。100 分为一个对数优势单位：约 70 分使不满意的优势加倍。",
    "card.joint": "所选模型（{learner}）按指标对查表；其表格见 model.json。",
    "card.table": "各分箱及其分值",
    "card.reading": "如何阅读",
    "card.reading_text": "从 {start} 分起；{parts}；其余取总体均值：合计 {total} 分，"
    "概率 {probability}。分值描述的是相伴出现，而不是怎样改变用户的看法。",
    "bin.missing": "未知",
    "bin.any": "任意",
    # 人群
    "people.title": "他们是谁",
    "people.intro": "全部{subscribers}名用户都有概率。“{tier}”档包含其中{share}，"
    "以及概率之和所代表的不满意用户的{of}。",
    "people.tiers": "各档用户数",
    "tier.high": "高",
    "tier.middle": "中",
    "tier.low": "低",
    "reasons.title": "模型为何指出他们",
    "reasons.intro": "为某用户加分最多的指标是其首要原因。"
    "沟通可以由此开始；是否真是原因，只有用户自己能说。",
    "reasons.chart": "“{tier}”档的首要原因",
    "stated.title": "他们自己怎么说",
    "stated.intro": "{n}名不满意受访者所述原因（加权）。",
    "stated.chart": "不满意用户所述原因",
    "look_alikes.title": "与他们相像的人怎么说",
    "look_alikes.intro": "首档中有{customers}名用户未曾表达。按模型自身的尺度，"
    "将每人与表达过的用户中最相像的{neighbours}人对照；"
    "其中{near}的用户与其相像者的距离，不超过表达者彼此之间的距离。",
    "look_alikes.table": "表达者的原因，以及未表达者的相像者的原因",
    "look_alikes.better": "逐一留出检验：表达者被判为自身原因的占{agreement}；"
    "总猜最常见原因则对{by_chance}。匹配确有信息。",
    "look_alikes.no_better": "逐一留出检验：表达者被判为自身原因的占{agreement}；"
    "总猜最常见原因则对{by_chance}。匹配并不优于猜测。",
    "who.title": "不满意用户与其他用户",
    "who.intro": "指数 100 表示与其他用户同样常见；150 表示多出一半。",
    "who.table": "不满意受访者的画像",
    "grid.title": "细分网格",
    "grid.intro": "网格越细，单元越小。网格之下的表说明哪些网格的每个单元都有足够样本。",
    "grid.table": "各细分的满意度与不满意比例",
    "grid.bases": "哪些网格与边际有足够样本",
    "pareto.alt": "按频率排列的条形。{rows}。",
    "segments.title": "细分",
    "segments.intro": "可能不满意的用户在哪里，以及调查在当地测得的比例。",
    "segments.table": "全体用户的细分",
    # 行动
    "actions.title": "采取什么行动",
    "actions.intro": "以第一条符合的规则为准；同一规则内概率高者优先。"
    "每条规则的名单都随机留出一部分暂不关怀：没有这部分，谁也无法说明关怀做成了什么。",
    "actions.table": "按规则列出的行动名单",
    "actions.total": "合计",
    "strategy.remedy": "对症下药",
    "strategy.reach_out": "主动出击",
    "strategy.next_contact": "守株待兔",
    "power.title": "启动前声明",
    "power.text": "关怀 {care} 人、留出 {hold_out} 人，其中 {response} 应答（标准差 {sd} 分），"
    "则在 {alpha} 水平上有 {power} 的机会发现 {least} 分的效果；更小的效果可能被漏掉。",
    "power.takers": "若 {take_up} 参与，相当于每名参与者 {least} 分。",
    "power.none": "没有留出对照组：任何评估都无法把效果与自行发生的变化区分开。",
    # 效果
    "effect.title": "效果如何",
    "effect.intro": "将被提供关怀者与随机留出者相比，不论是否参与："
    "两组的差别只来自偶然与关怀，别无其他。",
    "effect.table": "关怀组与随机对照组",
    "effect.response_title": "两组应答率不同",
    "effect.response_gap": "关怀组的应答率与对照组相差{gap}个百分点。"
    "两组的应答者因此可能不同，效果也会受其影响。",
    "term.effect": "满意度（分）",
    "term.effect_on_dissatisfied": "不满意（%）",
    "term.response_gap": "回访应答（%）",
    "term.effect_on_takers": "对参与者的效果",
    "term.mean_before": "之前均值",
    "term.mean_after": "之后均值",
    "term.naive_change": "表面变化",
    "term.expected_change": "无关怀时的预期变化",
    "term.corrected_change": "校正后变化",
    "naive.title": "前后对比会怎么说",
    "naive.intro": "关怀组中有{n}名用户两次受访。因低分入选者再次受访时会自行回升；"
    "校正后变化已扣除这一部分。",
    "naive.table": "被关怀用户的变化：表面与校正",
    "naive.chart": "变化与效果对照",
    "naive.alt": "以分计的区间。{rows}。",
    "naive.warning": "表面变化不是效果",
    "naive.beside": "在{naive}分的变化中，有{expected}分不加关怀也会出现。"
    "请报告与对照组相比的效果；此处列出变化，只为避免有人另行计算。",
    "naive.alone": "在{naive}分的变化中，有{expected}分不加关怀也会出现。"
    "由于没有留出对照组，其余部分可能来自关怀，也可能来自同期发生的其他事情。下次请留出对照组。",
    "take_up.title": "参与率与成本",
    "take_up.text": "关怀组中有{share}参与（n = {n}）。参与率说明多少人接受，"
    "不说明产生了什么效果。对因被提供而参与者，效果为{takers}分。",
    "claim.take_up": "{claimed}的用户参与了关怀计划。本次：{found}。参与不是效果。",
    "cost.text": "使一名用户的满意度提高一分，成本为 {cost} {currency} {interval}。",
    "cost.none": "效果未得到证实，因此无法给出每分成本。",
    **METHOD,
}
