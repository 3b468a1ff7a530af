"""One dispute's file for the papers' tests: a wall between neighbours, names that are hard to set."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from commonward.core.papers.facts import (
    Agent,
    Agreement,
    Clause,
    Committee,
    Confirmation,
    File,
    Inquiry,
    Participant,
    Planned,
    Session,
    Side,
    Visit,
)

_RIGHTS = "已向双方告知人民调解的性质、各方的权利和义务。"
_PRINCIPLES = "已向甲方、乙方告知自愿、平等，不违背法律，尊重当事人权利的原则。"
_ZONE = ZoneInfo("Asia/Shanghai")


def _moment(month: int, day: int, hour: int) -> datetime:
    return datetime(2026, month, day, hour, 30, tzinfo=_ZONE)


def settled() -> File:
    """Registered, inquired, mediated twice, agreed, visited, taken to the court."""
    a = Side(
        letter="a",
        party=Participant(
            name="张㛃喆",
            sex="女",
            ethnicity="汉族",
            age="67",
            work="退休教师",
            contact="138 0000 0001",
            address="河南省周口市淮阳区城关回族镇弦歌大道与羲皇大道交叉口向东二百米路南"
            "龙都花园小区西区十七号楼二单元三〇一室",
        ),
        account="邻居在两家共用的院墙上加高了约六十厘米，雨天水流向我家厨房，墙皮脱落。",
        wants="请求拆除加高部分，修好厨房内墙。",
        applied_on=date(2026, 7, 3),
        voluntary=True,
        agent=Agent("李𬱟", "女儿", "138 0000 0002", "代为参加调解"),
    )
    b = Side(
        letter="b",
        party=Participant(
            name="阿卜杜拉·买买提",
            sex="男",
            ethnicity="维吾尔族",
            age="41",
            work="个体经营",
            contact="138 0000 0003",
            address="龙都花园小区西区十七号楼二单元三〇二室",
        ),
        account="墙是为了防盗加高的，不知道会影响邻居。",
        wants="希望保留部分加高，愿意负责排水。",
        applied_on=date(2026, 7, 5),
        voluntary=True,
    )
    return File(
        number="TJ-2026-000123",
        kind="neighbours",
        source="applied",
        summary="双方因共用院墙加高、雨水流向厨房发生纠纷，申请人要求拆除加高部分并修复内墙。",
        committee=Committee("城关回族镇弦歌社区人民调解委员会", "弦歌大道8号", "0394-0000000"),
        mediators=("王建国", "赵敏"),
        registrar="周兰",
        registered_on=date(2026, 7, 3),
        began_on=date(2026, 7, 8),
        ended_on=date(2026, 7, 20),
        filed_by="周兰",
        filed_on=date(2026, 8, 30),
        keep_years=10,
        note="涉及老年人，已安排子女陪同。",
        rule_version="2026.1",
        sides=(a, b),
        planned=Planned(_moment(7, 8, 9), "弦歌社区综治中心二号调解室", False, ""),
        sessions=(
            Session(
                number=1,
                began=_moment(7, 8, 9),
                place="弦歌社区综治中心二号调解室",
                present=("李𬱟", "楼栋长陈平"),
                rights=_RIGHTS,
                principles=_PRINCIPLES,
                accounts="甲方：加高后每逢下雨厨房就进水，已经三次。\n乙方：加高是为了安全，愿意想办法排水。",
                signed="双方和调解员均已签名。",
                checked="院墙加高约六十厘米，坡面朝向申请人一侧，厨房内墙约两平方米脱落。",
                risks="共用墙体未经对方同意加高，可能承担恢复原状的责任。",
                terms="双方同意请施工方现场测量后再谈。",
                result="adjourned",
                recorder="周兰",
            ),
            Session(
                number=2,
                began=_moment(7, 20, 14),
                place="弦歌社区综治中心二号调解室",
                present=("李𬱟",),
                rights=_RIGHTS,
                principles=_PRINCIPLES,
                accounts="甲方：同意保留二十厘米，但要改坡面并修墙。\n乙方：同意，费用我出，一个月内做完。",
                signed="双方和调解员均已签名。",
                checked="施工方测量：加高降到二十厘米、坡面改向东侧后，雨水不再流向厨房。",
                risks="逾期不履行的，对方可以向人民法院起诉。",
                terms="加高部分降到二十厘米，坡面改向，修复内墙并补偿清理费用。",
                result="agreed",
                recorder="周兰",
            ),
        ),
        inquiries=(
            Inquiry(
                at=_moment(7, 10, 15),
                place="龙都花园小区西区十七号楼二单元三层",
                present=("王建国", "周兰"),
                asked_by="王建国",
                asked="施工方孙师傅",
                words="现场测量，墙体加高五十八厘米。问：坡面能否改向东侧？答：可以，两天完工。",
                recorder="周兰",
            ),
        ),
        agreement=Agreement(
            number="TJ-2026-000123-1",
            facts="乙方将共用院墙加高约五十八厘米，坡面朝向甲方，致甲方厨房进水、内墙脱落。",
            issues="加高部分是否拆除；内墙由谁修复；清理费用由谁承担。",
            clauses=(
                Clause(
                    "乙方于2026年8月20日前将加高部分降到二十厘米，坡面改向东侧，完工后拍照交调解员。",
                    "施工",
                    "双方共用院墙",
                    date(2026, 8, 20),
                    None,
                    ("b",),
                ),
                Clause(
                    "乙方于2026年8月20日前修复甲方厨房内墙约两平方米，甲方当面验收。",
                    "施工",
                    "甲方厨房",
                    date(2026, 8, 20),
                    None,
                    ("b",),
                ),
                Clause(
                    "乙方于2026年8月25日前以银行转账向甲方支付清理费用1,680.32元，以转账凭证为准。",
                    "银行转账",
                    "",
                    date(2026, 8, 25),
                    Decimal("1680.32"),
                    ("b",),
                ),
            ),
            copies=3,
            agreed_on=date(2026, 7, 20),
            place="弦歌社区综治中心二号调解室",
            performance="done",
        ),
        visits=(
            Visit(
                at=_moment(8, 28, 10),
                by="王建国",
                performance="done",
                satisfied="yes",
                later_suit=False,
                risk_left=False,
                words="现场查看，坡面已改，内墙已修好，清理费用已到账。",
                measures="雨季后再看一次。",
            ),
        ),
        confirmation=Confirmation(
            court="淮阳区人民法院",
            applied_on=date(2026, 7, 25),
            annexes=("人民调解协议书", "双方身份证明"),
        ),
    )


def spoken() -> File:
    """The same dispute, settled by word of mouth."""
    file = settled()
    assert file.agreement is not None
    return replace(file, agreement=replace(file.agreement, oral=True), confirmation=None)


def failed() -> File:
    """No agreement: the file ends with the record of the last talk."""
    file = settled()
    last = replace(file.sessions[1], result="failed", terms="甲方坚持全部拆除，乙方不同意。")
    return replace(
        file, sessions=(file.sessions[0], last), agreement=None, visits=(), confirmation=None
    )
