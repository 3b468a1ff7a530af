"""What leads to somebody ends: contacts with the review, names of who spoke days after the hearing."""

from datetime import datetime, timedelta

from django.db import transaction

from commonward.programmes.models import (
    RiskCondition,
    RiskHearing,
    RiskOpinion,
    RiskQuestion,
    RiskReview,
    RiskSeat,
)
from commonward.programmes.queries.risk import terms


def empty(found: RiskReview, at: datetime) -> None:
    """Destroy what was sealed of a review: as it was written, how to answer, who spoke."""
    RiskQuestion.objects.filter(review=found).update(said=None, contact=None)
    RiskSeat.objects.filter(hearing__review=found).delete()
    RiskHearing.objects.filter(review=found, names_gone_at=None).update(names_gone_at=at)


def forget_risk(at: datetime) -> int:
    """The names of hearings that are over, and the words of reviews whose case was forgotten; how
    many were emptied. Run every night."""
    before = at - timedelta(days=terms().names_days)
    done = 0
    with transaction.atomic():
        over = list(
            RiskHearing.objects.filter(at__lt=before, names_gone_at=None).values_list(
                "pk", flat=True
            )
        )
        RiskSeat.objects.filter(hearing__in=over).delete()
        done += RiskHearing.objects.filter(pk__in=over).update(names_gone_at=at)
        gone = RiskReview.objects.filter(case__forgotten_at__isnull=False)
        # Constraints ask for words where there is a moment: a dash stands for what was forgotten.
        said = RiskQuestion.objects.filter(review__in=gone).exclude(words="")
        done += said.update(words="", said=None, contact=None)
        RiskOpinion.objects.filter(review__in=gone).exclude(office="").update(name="", office="")
        RiskOpinion.objects.filter(review__in=gone, declared_at__isnull=False).update(interests="–")
        RiskCondition.objects.filter(review__in=gone).update(sent_back="")
        met = RiskCondition.objects.filter(review__in=gone, done_at__isnull=False)
        met.update(evidence="–")
    return done
