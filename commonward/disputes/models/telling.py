"""Who must be told what, how that went, and the mail addresses of other offices."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from commonward.cases.models import Delivery
from commonward.disputes.models.dispute import Dispute
from commonward.disputes.models.handing import HandOver
from commonward.disputes.models.performing import Obligation
from commonward.disputes.models.sessions import Session
from commonward.disputes.models.sides import Party, Side
from commonward.people.models import Team

WHATS = (
    "invitation", "reminder", "session", "session_moved", "session_cancelled", "session_soon",
    "due_soon", "hand_over", "answer_noted", "answer_unread",
)  # fmt: skip
HOWS = ("", "mail", "phone", "letter", "counter")


class Notice(models.Model):
    """Something that a side or another office must be told (告知), once.

    With a `delivery` it goes out as mail; its words are written when its turn comes, from what
    holds then, and are kept nowhere. Without one, or where mail did not get through, a person
    tells it by telephone or letter and notes `told_at`. `once` names what it is about, so that
    nothing is told twice; `turn` counts changes of the same thing. It ends untold where the thing
    itself has ended (`ended_at`).
    """

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=20)
    once = models.CharField(max_length=80, unique=True)
    turn = models.PositiveSmallIntegerField(default=0)
    side = models.ForeignKey(
        Side, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    party = models.ForeignKey(
        Party, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    session = models.ForeignKey(
        Session, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    obligation = models.ForeignKey(
        Obligation, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    hand_over = models.ForeignKey(
        HandOver, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(max_length=20, blank=True)
    delivery = models.OneToOneField(
        Delivery, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)
    told_how = models.CharField(max_length=10, blank=True)
    told_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "disputes_notice"
        constraints = [
            models.CheckConstraint(condition=Q(what__in=list(WHATS)), name="notice_what_known"),
            models.CheckConstraint(condition=Q(told_how__in=list(HOWS)), name="notice_how_known"),
            models.CheckConstraint(
                condition=Q(side__isnull=False, hand_over=None)
                | Q(side=None, hand_over__isnull=False),
                name="notice_to_side_or_office",
            ),
        ]
        indexes = [
            models.Index(
                fields=["made_at", "id"], condition=Q(told_at=None, ended_at=None),
                name="notice_open",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.once


class OfficeMail(models.Model):
    """Where another office takes mail about what is handed to it (协作单位邮箱), as it was agreed.

    With a `certificate` (X.509, PEM) the papers go along, readable with that office's key only;
    without one a mail names the number and the way to read them.
    """

    team = models.OneToOneField(Team, primary_key=True, on_delete=models.PROTECT, related_name="+")
    address = models.CharField(max_length=254)
    certificate = models.TextField(blank=True)
    language = models.CharField(max_length=10, default="zh-hans")
    set_at = models.DateTimeField()

    class Meta:
        db_table = "disputes_officemail"

    def __str__(self) -> str:
        return f"mail of {self.team_id}"
