"""What the demonstration's district is often asked: answers in both languages, every source an example."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from commonward.areas.queries import children
from commonward.cases.actions.answers import add_answer
from commonward.cases.actions.answers_checking import check_answer
from commonward.core.knowledge.sources import Source
from commonward.core.rights import Actor
from commonward.doors.demo import names

EXAMPLE = "（示例 example）"
_LINK = "https://example.org/"
# Category, question, words, English question, English words, other words, source, days still valid.
ANSWERS = (
    ("D901", "服务大厅几点开门？", "周一至周五9:00–17:00，周六9:00–12:00。周日和法定节假日休息。",
     "When is the service hall open?", "Monday to Friday 9:00–17:00, Saturday 9:00–12:00. Closed on Sundays and public holidays.",
     "办事大厅, 上班时间, 营业时间, 开放时间, opening hours, service centre", "服务指南 0-01", 300),
    ("D901", "身份证丢了怎么补办？", "本人带户口簿到任一派出所户籍窗口，工本费40元，20个工作日内取证。",
     "I lost my identity card. How do I get a new one?", "Go to the household window of any police station yourself with your household booklet. It costs 40 yuan and is ready within 20 working days.",
     "补办, 丢失, 遗失, 掉了, lost ID", "服务指南 1-05", 320),
    ("D901", "医保怎么报销外地看病的费用？", "先在医保小程序备案，再持社保卡直接结算；未备案的带发票和病历到医保窗口。",
     "How are medical costs in another city paid back?", "Register in the insurance mini-program first, then pay with the social security card. Without it bring the invoice and the records to the insurance window.",
     "异地就医, 报销, 医疗保险, medical insurance, reimbursement", "服务指南 3-02", 180),
    ("D901", "孩子上小学要准备什么材料？", "户口簿、房产证或租房备案、预防接种证。每年5月网上登记，6月现场核对。",
     "Which papers does my child need for primary school?", "The household booklet, the property certificate or registered tenancy, the vaccination record. Register online in May; papers are looked at in June.",
     "入学, 报名, 学区, school enrolment", "教育通告 12", 120),
    ("D901", "怎么申请公租房？", "户籍或居住证满两年、家庭人均收入低于标准的，向社区申请，30日内公示。",
     "How do I apply for public rental housing?", "With a household registration or a residence permit of two years and an income below the limit, apply at your community; the list is published within 30 days.",
     "公共租赁住房, 廉租房, public housing", "住建 2025-9", 200),
    ("D901", "婚姻登记要预约吗？", "不必预约，可以先在网上取号。双方带身份证，到区婚姻登记处。",
     "Must I make an appointment to marry?", "No, but you may take a number online. Both bring their identity cards to the district's marriage registry.",
     "结婚, 登记, marriage, married, wedding", "服务指南 1-09", 280),
    ("D901", "残疾人证怎么办？", "到社区领表，去指定医院评定，15个工作日后领证；行动不便的可上门评定。",
     "How do I get a disability certificate?", "Take the form from your community, be assessed at the named hospital, and fetch it after 15 working days. Who cannot move is assessed at home.",
     "残疾, 评残, disability", "服务指南 2-14", 260),
    ("D901", "失业金怎么领？", "失业登记后在社保小程序申请，最长领24个月，次月到账。",
     "How do I receive unemployment benefit?", "Register as unemployed and apply in the social insurance mini-program. It is paid from the next month, for at most 24 months.",
     "失业保险, 待遇, unemployment", "服务指南 4-02", 240),
    ("D901", "开个小餐馆要哪些证？", "营业执照和食品经营许可证，在大厅“一件事”窗口一次办理，10个工作日。",
     "Which permits does a small restaurant need?", "A business licence and a food permit, both at the “one matter” window of the hall, within 10 working days.",
     "营业执照, 食品许可, 开店, 餐馆, 办证, licence", "服务指南 5-01", 220),
    ("D902", "什么时候开始供暖？温度不够怎么办？", "每年11月15日至次年3月15日。室内低于18℃的，先打热力公司电话，24小时内上门测温，不达标按天退费。",
     "When does heating begin, and what if it is too cold?", "From 15 November to 15 March. Below 18 °C call the heating company first: they measure within 24 hours, and days below the standard are refunded.",
     "暖气, 暖器, 供热, 采暖, 不热, radiator, heat", "供热办法 第12条", 150),
    ("D902", "停水了去哪里查？", "计划停水提前24小时公布；突然停水打供水热线，两小时内答复原因和恢复时间。",
     "Where do I learn about a water cut?", "Planned cuts are announced 24 hours before. For a sudden one call the water company: within two hours they say why and until when.",
     "自来水, 断水, 没水, water supply", "供水规则 第8条", 200),
    ("D902", "物业费太高可以不交吗？", "不可以直接拒交。可以要求公开收支，向业主委员会提出，或申请调解。",
     "May I refuse a property fee that is too high?", "Not simply. You may ask to see the accounts, turn to the owners' committee, or ask for mediation.",
     "物业管理, 收费, 业委会, property management fee", "物业条例 第40条", 210),
    ("D902", "楼上漏水谁来修？", "先找物业判断是公共管道还是住户的。公共管道用维修资金，住户的由住户修；谈不拢可以申请调解。",
     "Who mends a leak from the flat above?", "Ask the property manager first whether it is a shared pipe. Shared pipes are paid from the repair fund, others by the owner; if you cannot agree, ask for mediation.",
     "渗水, 天花板, 漏水, leak, upstairs", "物业条例 第33条", 200),
    ("D902", "老旧小区改造怎么报名？", "由业主委员会或三分之二业主联名，每年3月向街道申请，6月公布名单。",
     "How does our old estate apply for renovation?", "The owners' committee, or two thirds of the owners, apply to the street office in March; the list is published in June.",
     "小区改造, 旧改, renovation", "住建 2026-3", 160),
    ("D902", "装修什么时间可以施工？", "工作日8:00–12:00、14:00–19:00。周末和节假日不可进行有噪声的施工。",
     "At which hours may I renovate my flat?", "On working days 8:00–12:00 and 14:00–19:00. No noisy work on weekends and holidays.",
     "装修噪音, 施工时间, 电钻, building work", "噪声办法 第20条", 230),
    ("D902", "半夜工地施工很吵怎么投诉？", "22:00至次日6:00禁止产生噪声的施工，抢修除外。请直接反映地点和时间，夜间有人值守，会到现场查看。",
     "A building site is loud at night. What can I do?", "From 22:00 to 6:00 noisy work is forbidden except for urgent repairs. Report the place and the time: somebody is on duty at night and will look.",
     "噪音, 噪声, 夜间施工, 扰民, noise", "噪声办法 第18条", 190),
    ("D902", "广场舞声音太大怎么办？", "6:00以前和22:00以后不得使用音响。可以请社区约定音量和时段，反映后网格员会去沟通。",
     "The music of square dancing is too loud. What now?", "No loudspeakers before 6:00 and after 22:00. The community can agree on hours and volume; after a report a grid worker speaks with the group.",
     "跳舞, 跳广场舞, 太吵, 音响, 扰民, dancing", "噪声办法 第22条", 190),
    ("D902", "养狗要办证吗？", "要。满三个月的犬要打狂犬疫苗，带免疫证到派出所或网上登记，每年一次，首次200元。",
     "Do I need a licence for my dog?", "Yes. A dog of three months must be vaccinated against rabies; register it at the police station or online each year, 200 yuan the first time.",
     "狗证, 犬证, 养犬登记, 宠物, puppy, pet", "养犬条例 第9条", 250),
    ("D902", "遛狗不牵绳怎么反映？", "请反映时间和地点。网格员会去劝导，屡次不改的由城管处罚。",
     "Dogs run about without a lead. Where do I report it?", "Report the time and the place. A grid worker speaks to the owner; who does it again and again is fined.",
     "犬绳, 遛犬, 咬人, leash", "养犬条例 第17条", 250),
    ("D902", "垃圾要怎么分类？", "分可回收、厨余、有害、其他四类。投放时间7:00–9:00、18:00–20:00。",
     "How is rubbish sorted?", "Into four: recyclable, kitchen, hazardous, other. Bins are open 7:00–9:00 and 18:00–20:00.",
     "垃圾分类, 厨余, waste, recycling", "垃圾条例 第6条", 260),
    ("D902", "大件家具怎么扔？", "打物业或环卫电话预约，三天内上门收，沙发、床垫等每件30元起。",
     "How do I get rid of old furniture?", "Call the property manager or the cleaners: it is fetched within three days, from 30 yuan for a sofa or mattress.",
     "沙发, 床垫, 大件垃圾, bulky waste, throw away", "垃圾条例 第15条", 260),
    ("D902", "路边停车怎么收费？", "白天首小时4元，以后每半小时3元，20:00至次日8:00免费。",
     "What does parking in the street cost?", "By day 4 yuan for the first hour, then 3 yuan for each half hour; free from 20:00 to 8:00.",
     "停车费, 停车位, 泊位, parking fee", "发改 2026-4", 140),
    ("D902", "私家车位被占了找谁？", "先请物业联系车主。占用消防通道或无法联系的，可以直接反映，由交警移车。",
     "Somebody parks in my space. Whom do I ask?", "Ask the property manager to reach the driver. If a fire lane is blocked, or nobody is reached, report it and the traffic police move the car.",
     "占车位, 挪车, 停车, parking space", "停车办法 第11条", 170),
    ("D902", "电动自行车能在楼道充电吗？", "不能。楼道和屋内充电极易起火，请用小区充电棚；没有充电棚的可以反映，街道会安排。",
     "May I charge an electric bicycle in the stairwell?", "No: it is a danger of fire. Use the estate's charging shed; where there is none, report it and the street office sees to it.",
     "电瓶车, 电动车, 飞线, e-bike", "消防规定 第37条", 300),
    ("D902", "家里能放烟花爆竹吗？", "三环以内全年禁放；其他地方除夕至正月十五可以，须在规定地点。",
     "May I set off fireworks?", "Never within the third ring. Elsewhere from New Year's Eve to the fifteenth day, at the places named.",
     "鞭炮, 燃放, firecracker", "燃放规定 第5条", 90),
    ("D901", "老板拖欠工资怎么办？", "保留合同、考勤、转账记录，到劳动监察窗口投诉，不收费，60日内办结；也可以申请调解或仲裁。",
     "My employer does not pay my wages. What can I do?", "Keep contract, attendance and payments, and complain at the labour window, free of charge; it is decided within 60 days. You may also ask for mediation or arbitration.",
     "欠薪, 薪水, 农民工, salary, unpaid", "工资条例 第7条", 280),
    ("D901", "没签劳动合同怎么维权？", "工资条、工作证、聊天记录都可以作证。先到劳动监察窗口，也可以请法律援助，不收费。",
     "I have no employment contract. What are my rights?", "Payslips, passes and messages count as proof. Go to the labour window, or ask for legal aid, which is free.",
     "劳动合同, 维权, labour contract", "劳动合同法 第82条", 280),
    ("D901", "法律援助要什么条件？", "经济困难的都可以申请；讨薪、工伤、家暴不看收入。带身份证到区法律援助中心。",
     "Who gets legal aid?", "Everybody with a small income; for wages, accidents at work and violence at home whatever the income. Bring your identity card to the district's legal aid centre.",
     "律师, 法援, lawyer", "法律援助法 第31条", 330),
    ("D901", "邻里纠纷怎么申请调解？", "在本网站“与人有纠纷”填写，或到社区调解室。调解不收费，双方自愿。",
     "How do I ask for mediation with a neighbour?", "Fill in “A dispute with somebody” here, or go to the community's mediation room. It is free, and both take part of their own will.",
     "调解, 邻居, 吵架, mediator", "人民调解法 第17条", 330),
    ("D901", "公交卡学生票怎么办？", "带学生证和照片到公交服务点，当场办理，工本费20元，半价乘车。",
     "How does a pupil get a reduced bus card?", "Bring the pupil's card and a photo to a bus service point; it is made at once for 20 yuan, and rides cost half.",
     "学生卡, 公交, bus, student", "公交通告 2", 110),
    ("D901", "社区食堂老人几折？", "60岁以上八折，80岁以上五折，带身份证登记一次即可。",
     "Which discount do the old get at the community canteen?", "A fifth off from 60, half price from 80; register once with the identity card.",
     "助餐, 老年食堂, canteen, elderly", "民政 2026-2", 130),
)  # fmt: skip
HOURS_ELSEWHERE = (
    "周一至周五8:30–16:30，中午12:00–13:30休息。逢集市日（农历逢五、逢十）加开上午。",
    "Monday to Friday 8:30–16:30, closed 12:00–13:30. On market days also in the morning.",
)
"""The first answer as it is in one street, where the hall keeps other hours."""


def write_answers(chief: Actor, checker: Actor, at: datetime) -> int:
    """All of them, written by the chief and checked by another; how many. The last street has its
    own opening hours."""
    street = children(names.CODE, at)[-1].code
    made = 0
    for code, asked, words, asked_en, words_en, keywords, source, days in ANSWERS:
        first = 0
        for language, question, text in (("zh-hans", asked, words), ("en", asked_en, words_en)):
            kept = add_answer(
                chief, question, text, at, language=language, category=code, keywords=keywords,
                sources=_sources(source, at), valid_until=at + timedelta(days=days), public=True,
                of=first or None,
            )  # fmt: skip
            first = first or kept.pk
            check_answer(checker, kept.pk, at, version=1, agree=True)
            made += 1
        if made == 2:
            made += _elsewhere(chief, checker, street, first, (asked, asked_en), source, at)
    return made


def _elsewhere(
    chief: Actor, checker: Actor, street: str, first: int, asked: Sequence[str], source: str,
    at: datetime,
) -> int:  # fmt: skip
    pairs = zip(("zh-hans", "en"), asked, HOURS_ELSEWHERE, strict=True)
    for language, question, words in pairs:
        kept = add_answer(
            chief, question, words, at, language=language, sources=_sources(source, at),
            valid_until=at + timedelta(days=200), public=True, of=first, area=street,
        )  # fmt: skip
        check_answer(checker, kept.pk, at, version=1, agree=True)
    return 2


def _sources(name: str, at: datetime) -> list[Source]:
    return [Source("law", f"{name}{EXAMPLE}", _LINK, at.date())]
