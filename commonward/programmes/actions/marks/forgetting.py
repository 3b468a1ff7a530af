"""Words of marks end with their cases (到期销毁); criteria, ticks, figures and reasons stay."""

from datetime import datetime, timedelta

from commonward.programmes.models import MarkCheck, MarkDispute, MarkVoice

YEARS = 5


def forget_marks(at: datetime) -> int:
    """Empty what was said in marks that ended `YEARS` ago; how many rows."""
    before = at - timedelta(days=round(YEARS * 365.2425))
    gone = MarkVoice.objects.filter(mark__ended_at__lt=before).delete()[0]
    rows = MarkCheck.objects.filter(mark__ended_at__lt=before)
    gone += rows.exclude(evidence="", note="").update(evidence="", note="")
    said = MarkDispute.objects.filter(mark__ended_at__lt=before)
    gone += said.exclude(words="", answer="").update(words="", answer="")
    return gone
