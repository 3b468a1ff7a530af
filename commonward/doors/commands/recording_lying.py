"""How each kind of personal data lies in database and backup (存放方式): sealed, or in clear and why.

Bytes are sealed by a key of their case (or of their call, conversation, list) under the master key.
What lies in clear stands here with its reason, as (English, Chinese); a test refuses a field of a
register that is neither, and a field with a name, a number or an address for contact that is not
sealed.
"""

from collections.abc import Iterator, Mapping

from django.apps import apps
from django.db.models import BinaryField

from commonward.core.retention import Kept

Both = tuple[str, str]

SEALED: Both = (
    "Sealed by its case's key (or that of its call, conversation, list), under the master key.",
    "用本案（或该通话、会话、名单）自己的密钥加密，密钥由主密钥封装。",
)
_STAFF: Both = (
    "In clear: staff at their work; passwords as salted hashes, second factors sealed.",
    "明文：工作人员的工作信息；密码为加盐哈希，第二因素加密。",
)
_WORDS: Both = (
    "In clear while the case lasts: routing, lists, duplicates and full-text search read it. Contact "
    "details are asked for apart and sealed; encrypt the disk and the backups.",
    "案件存续期间为明文：派单、列表、查重和全文检索要读取。联系方式另行询问并加密；磁盘和备份须另行加密。",
)
_HASH: Both = (
    "A hash, a drawn name or a mark: it leads to nobody without what made it.",
    "哈希、随机名称或标记：没有原件便无法追溯到人。",
)
_MASKED: Both = (
    "In clear: numbers, addresses of mail and names are hidden before it is kept, and most of it is "
    "published.",
    "明文：保存前已隐去号码、邮箱和姓名，且大多公开。",
)
_CONSENT: Both = (
    "In clear: it is published, with the consent of whom it names.",
    "明文：经本人同意公布。",
)
_FACTS: Both = (
    "In clear: a code, a yes or no, a mark or a name of a file; it says nothing without its case.",
    "明文：代码、是否、标记或文件名；离开案件没有意义。",
)

PLAIN: Mapping[Both, tuple[str, ...]] = {
    _STAFF: ("people.", "cases.SavedView.", "cases.PhoneCall.extension", "cases.Sent."),
    _WORDS: (
        "cases.Report.words", "cases.Report.answers", "cases.Report.address",
        "cases.Report.media_url", "cases.Report.marks", "cases.Case.", "cases.Remark.",
        "cases.Suggestion.", "cases.Danger.", "cases.HandOver.", "cases.HandOverLetter.",
    ),
    _HASH: (
        "cases.Report.token", "cases.Report.idempotency", "cases.Report.content_mark",
        "cases.Conversation.mark", "cases.ConversationPicture.name", "cases.Receipt.",
        "cases.Photo.", "cases.Allowance.", "cases.AskedInVain.", "disputes.Party.pass_digest",
        "disputes.Party.code_digest", "response.Call.key", "response.PaymentStop.key",
        "response.PaymentStop.receipt", "programmes.VisitPhoto.", "programmes.ProposalPhoto.digest",
    ),
    _MASKED: (
        "cases.AnswerMissing.", "programmes.Visit.", "programmes.PlaceAnswer.",
        "programmes.Proposal.", "programmes.ProposalNote.", "programmes.ProposalPhoto.words",
        "programmes.ProposalComment.", "programmes.CouncilMeeting.",
        "programmes.ConsultationWords.", "programmes.ReviewLine.", "programmes.RiskQuestion.words",
        "programmes.RiskCondition.", "programmes.DutyDay.", "programmes.Booking.",
        "programmes.Gathering.", "programmes.MarkCheck.", "programmes.MarkVoice.",
        "programmes.MarkDispute.", "programmes.Drill.", "programmes.DrillEntry.",
        "programmes.DrillChange.", "programmes.StaffSurvey.", "programmes.StaffSurveyAnswer.",
        "programmes.SurveyAnswer.", "programmes.SurveyWords.",
    ),
    _CONSENT: (
        "programmes.CouncilSeat.", "programmes.RiskOpinion.", "programmes.Organisation.",
    ),
    _FACTS: ("cases.HandOverConsent.", "cases.ExchangeRun.name", "cases.ExchangeRun.file"),
}  # fmt: skip
"""Reason → fields that lie in clear: "room.Model.field", or the beginning of several."""

PACKED = ("response.PlanData.", "response.Roster.", "disputes.CaucusKey.", "cases.ErasedPart.")
"""Bytes that no case's key seals: packed plans of seats, which name nobody; a mediator's own key;
salted digests of what was corrected or deleted."""


def is_sealed(model: str, field: str) -> bool:
    """Whether it is kept as sealed bytes."""
    if f"{model}.{field}".startswith(PACKED):
        return False
    return isinstance(apps.get_model(model)._meta.get_field(field), BinaryField)


def reasons(model: str, field: str) -> list[Both]:
    """Why it lies in clear: none for what is sealed, exactly one for all else."""
    if is_sealed(model, field):
        return []
    if f"{model}.{field}".startswith(PACKED):
        return [_FACTS]
    name = f"{model}.{field}"
    return [why for why, names in PLAIN.items() if any(_is(name, one) for one in names)]


def lying(kept: Kept) -> Iterator[Both]:
    """How the fields of one line of a register lie, each way once."""
    told = [
        way
        for field in kept.fields
        for way in ([SEALED] if is_sealed(kept.model, field) else reasons(kept.model, field))
    ]
    yield from dict.fromkeys(told)


def _is(name: str, told: str) -> bool:
    return name.startswith(told) if told.endswith(".") else name == told
