"""The fixed words of the record of processing, each as (English, Chinese)."""

from collections.abc import Mapping

Both = tuple[str, str]

TITLES: Mapping[str, Both] = {
    "record": (
        "Record of processing and assessment of its risks",
        "个人信息处理活动记录与影响评估",
    ),
    "about": (
        "Site: {site}. Contact: {contact}. Made on {day} from the registers of the running code "
        "(`privacy record`). It tells what the software does; what only the office knows stands at the end.",
        "站点：{site}。联系方式：{contact}。{day} 由运行中的代码登记册生成（`privacy record`）。"
        "本记录说明软件做什么；只有机构自己知道的事项列在文末。",
    ),
    "risks": (
        "Risks for people, what meets them, what remains",
        "对个人的风险、应对措施与剩余风险",
    ),
    "risk_heads": ("risk|what meets it|what remains", "风险|应对措施|剩余风险"),
    "office": ("What the office must add", "须由机构补充的内容"),
}
HEADS: tuple[list[str], list[str]] = (
    [
        "what is kept",
        "why",
        "how long",
        "who reads it",
        "how it is destroyed",
        "how it lies",
        "where",
    ],
    ["保存什么", "为什么", "多久", "谁能看", "如何销毁", "如何存放", "所在"],
)
ROOMS: Mapping[str, Both] = {
    "people": ("Staff", "工作人员"),
    "areas": ("Areas", "区域"),
    "cases": ("Reports and cases", "诉求与案件"),
    "disputes": ("Disputes and mediation", "纠纷与调解"),
    "response": ("Urgent help", "应急处置"),
    "insight": ("Figures", "统计"),
    "programmes": ("Programmes", "专项工作"),
}
_NOBODY: Both = (
    "Nobody; the system alone compares it.",
    "无人可看；仅由系统比对。",
)
_MEDIATOR: Both = (
    "The mediator alone, with their own passphrase; nobody without it, also not with the whole database.",
    "仅调解员本人凭自己的口令；没有口令，即使拿到整个数据库也看不到。",
)
_PUBLISHED: Both = (
    "Everybody, as it was published with consent; the posts of the programme before.",
    "经本人同意公布后人人可看；公布前仅该项工作的岗位。",
)
READ_BY: Mapping[str, Both] = {
    "people": (
        "Administrators; colleagues read the name beside what somebody did.",
        "管理员；同事可在其办理记录旁看到姓名。",
    ),
    "cases": (
        "Those whose post, area and category give them the case, each look noted; contact details "
        "only by a button, each use noted; the reporter by their own link.",
        "岗位、区域和类别使其有权办理该案件的人员，每次查看均留痕；联系方式须另按按钮查看并逐次留痕；"
        "诉求人凭自己的链接查看。",
    ),
    "disputes": (
        "Both sides and those who mediate, part by part and stage by stage as the table of "
        "confidentiality says; police and leaders read figures alone.",
        "当事双方与调解人员，按保密表逐项、逐阶段规定；公安与领导只看统计数字。",
    ),
    "response": (
        "Who coordinates urgent help there, and the units that are sent, while they are sent.",
        "当地的应急调度员，以及被派出的单元（仅在出动期间）。",
    ),
    "programmes": (
        "The posts of the programme in that area, and its panel; what the page says is public, everybody.",
        "该区域该项工作的岗位及其评审人员；页面注明公开的内容人人可看。",
    ),
}
READ_BY_MODEL: Mapping[str, Both] = {
    "people.Account.password": _NOBODY,
    "people.AccessRecord": (
        "An inspection, by command (`privacy looks`).",
        "检查人员，凭命令（`privacy looks`）。",
    ),
    "people.Team": ("Everybody: it is how a team is reached.", "人人可看：用于联系该团队。"),
    "cases.CaseKey": _NOBODY,
    "cases.Receipt": _NOBODY,
    "cases.DataRequest": (
        "Who answers it, by a page of its own, each look noted.",
        "答复该请求的人员，须打开专门页面，每次查看均留痕。",
    ),
    "cases.ErasedPart": _NOBODY,
    "cases.Allowance": _NOBODY,
    "cases.Conversation": _NOBODY,
    "cases.ConversationPicture": _NOBODY,
    "cases.Subscription": (
        "Nobody at the desk; the system alone opens it to send.",
        "工作台上无人可看；仅系统在发送时打开。",
    ),
    "cases.PhoneCall": ("Who takes calls, while the call waits.", "接线人员，仅在来电等待期间。"),
    "cases.SavedView": ("Its owner, or the team it was kept for.", "保存者本人，或其所属团队。"),
    "cases.Exchange": ("Administrators, who draw the mapping.", "绘制字段对应的管理员。"),
    "cases.ExchangeRun": ("Administrators, who keep the exchange.", "负责交换的管理员。"),
    "cases.ExchangeRow": (
        "Administrators, who decide on the differences.",
        "对差异作决定的管理员。",
    ),
    "disputes.CaucusKey": _MEDIATOR,
    "disputes.CaucusNote": _MEDIATOR,
    "disputes.Bid": (
        "The side that made it; nobody else before both bids are opened.",
        "仅出价的一方；双方同时开启前他人均不可看。",
    ),
    "disputes.Points": (
        "The side that gave them; the other side once both have.",
        "给分的一方；双方都给出后对方可看。",
    ),
    "disputes.WordsMark": _NOBODY,
    "disputes.Review": ("Coordinators, who read such cases again.", "复查此类案件的协调员。"),
    "response.PaymentStop": (
        "Who coordinates it; each bank its own request alone; the teller by their own address.",
        "负责协调的人员；每家银行只看自己的请求；报告人凭自己的地址。",
    ),
    "response.BankRequest": ("That bank, and who coordinates.", "该银行与负责协调的人员。"),
    "response.PlanData": ("Planners and who gave them the task.", "规划员及任务下达者。"),
    "response.Roster": ("Planners and the teams of its seats.", "规划员与各席位所属团队。"),
    "programmes.StaffSurveyAnswer": _NOBODY,
    "programmes.SurveyAnswer": ("Who keeps the survey.", "该项调查的负责岗位。"),
    "programmes.SurveyNumber": (
        "The caller, one number at a time.",
        "访问员，一次只看一个号码。",
    ),
    "programmes.Survey": _NOBODY,
    "programmes.CouncilSeat": _PUBLISHED,
    "programmes.RiskOpinion": _PUBLISHED,
    "programmes.RiskSeat": ("Who leads the hearing.", "主持听证的人员。"),
}
RISKS: tuple[Both, ...] = (
    (
        "A curious member of staff looks at whom they know|Rights by post, area and category; each look noted; contact details behind a button|Who may see a case may read it without a cause: somebody must read the notes",
        "工作人员出于好奇查看熟人|按岗位、区域、类别授权；每次查看留痕；联系方式须另按按钮|有权者无故也能看：须有人查阅留痕",
    ),
    (
        "Cases are put together to a picture of one person|No key of persons across cases, no search by person, guard tests over tables, addresses and queries|Words may name somebody; an address may be a household",
        "把案件拼成某个人的画像|案件之间没有人的标识，不能按人检索，守卫测试检查数据表、地址和查询|文字里可能有人名；地址可能就是一户人家",
    ),
    (
        "A backup or the database is stolen|Details sealed by a key of each case under a master key that is kept elsewhere; second factors sealed|Words and places of open cases lie in clear in it",
        "备份或数据库被盗|联系方式用每案一把的密钥加密，主密钥另处保管；第二因素也加密|未到期案件的文字和地点以明文存在其中",
    ),
    (
        "A public number betrays somebody|Cells of at least five, held back together so that none can be reckoned|Few lived-in places may be known to neighbours anyway",
        "公开数字暴露个人|至少五例才公布，并联动隐去使其无法推算|人少的地方邻里之间本来就可能知情",
    ),
    (
        "What was said in mediation is used against somebody|A table of who sees which part; caucus notes under the mediator's passphrase|Whoever changes the running program can listen",
        "调解中所说的话被用来对付当事人|保密表规定谁看哪一部分；单独会谈笔记由调解员口令加密|能改动运行程序的人可以窃听",
    ),
    (
        "Data is kept too long|Each field has a rule; `forget` destroys keys, words and files every night|Old backups keep words until the site lets them end, and what is sealed until the master key of their time is destroyed (`keyring destroy`)",
        "保存过久|每个字段都有期限；`forget` 每夜销毁密钥、文字和文件|旧备份中的文字要到站点清除为止，加密部分要到当时的主密钥被销毁（`keyring destroy`）为止",
    ),
    (
        "A machine decides about somebody|Models only suggest, name their version and words, and a person decides; no model is about people|Who trusts a suggestion too much decides with it",
        "机器对人作决定|模型只建议，写明版本和依据词，由人决定；没有针对人的模型|过于相信建议的人会照单全收",
    ),
    (
        "A complaint is held against who complains|No mark of complainants, nothing joins two reports of one sender|Who reads two texts may know one hand",
        "因投诉而受到不利对待|对投诉人不作任何标记，同一人的两件诉求无从关联|读过两段文字的人可能认出同一个人",
    ),
)
OFFICE: tuple[Both, ...] = (
    ("The lawful basis of each purpose, with the article.", "每一处理目的的法律依据及条款。"),
    ("Who is responsible, and who answers people who ask what is kept of them.", "个人信息处理者是谁，由谁答复个人的查询请求。"),
    ("Who processes for the office: the host, the senders of mails, texts and chats, telephone systems, banks.", "受托处理者：主机、邮件、短信和聊天的发送方、电话系统、银行。"),
    ("Whether anything leaves the country (a chat platform, a basemap).", "是否有信息出境（聊天平台、底图）。"),
    ("How long backups and logs of the machine are kept.", "备份和机器日志保存多久。"),
    ("Who was asked about this assessment, and when it is made anew.", "就本评估征求了谁的意见，何时重做。"),
)  # fmt: skip
