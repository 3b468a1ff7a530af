"""The photos of proposals: all for the office, those that were shown for everybody."""

from dataclasses import dataclass

from commonward.cases.models import Photo
from commonward.programmes.models import Proposal, ProposalPhoto


@dataclass(frozen=True, slots=True)
class Seen:
    """A photo and what is to be seen on it ("" where nobody has said it yet)."""

    photo: Photo
    words: str


def photos_of(proposal: Proposal, *, inside: bool = False) -> list[Seen]:
    """The photos of a proposal; `inside` those too that are not public."""
    photos = Photo.objects.filter(case=proposal.pk).order_by("id")
    words = dict(ProposalPhoto.objects.filter(proposal=proposal).values_list("digest", "words"))
    return [Seen(one, words.get(one.digest, "")) for one in photos if inside or one.public]


def proposal_photo_shown(name: str) -> bool:
    """Whether everybody may see this file: it was shown, and so was its proposal."""
    shown = Proposal.objects.filter(shown=True).values("pk")
    return Photo.objects.filter(name=name, public=True, case__in=shown).exists()
