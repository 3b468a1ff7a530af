"""Photos of a proposal (提案照片): checked and sealed like a report's, public once the office showed them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from commonward.cases.access import visible_case
from commonward.cases.actions.moving import in_order, locked
from commonward.cases.actions.photos import prepare_photo, show_photo, with_photos
from commonward.cases.models import Photo, Report
from commonward.core.masking import mask
from commonward.core.refusals import N_, Invalid, Missing
from commonward.core.rights import SYSTEM, Actor
from commonward.programmes.actions.council_rules import KEEPS, PROPOSAL, line, require_keeper
from commonward.programmes.actions.proposing import Wish, propose
from commonward.programmes.models import Proposal, ProposalPhoto

MOST_PHOTOS = 3
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo as it was sent, and what is to be seen on it, for who cannot see it."""

    content: bytes = field(repr=False)
    words: str = ""


def propose_with_photos(
    wish: Wish, pictures: Sequence[Picture], at: datetime, actor: Actor = SYSTEM
) -> Proposal:
    """Take a proposal with its photos: all is kept, or nothing. Raises Invalid."""
    if len(pictures) > MOST_PHOTOS:
        raise Invalid(
            N_("{given} photos were sent; at most {most} are taken with a proposal."),
            given=len(pictures), most=MOST_PHOTOS, field="media",
        )  # fmt: skip
    words = [mask(line("alt", one.words, LONGEST, needed=False)) for one in pictures]
    ready = [prepare_photo(one.content) for one in pictures]
    made: list[Proposal] = []

    def opened() -> Report:
        proposal = propose(wish, at, actor)
        made.append(proposal)
        told = dict(zip((one.digest for one in ready), words, strict=True))
        ProposalPhoto.objects.bulk_create(
            [ProposalPhoto(proposal=proposal, digest=k, words=v) for k, v in told.items()],
            ignore_conflicts=True,
        )
        return Report.objects.select_related("case").filter(case=proposal.pk).order_by("id")[0]

    if not ready:
        return propose(wish, at, actor)
    with_photos(ready, opened, at, actor)
    return made[0]


def show_proposal_photo(
    number: str, name: str, words: str, reason: str, actor: Actor, at: datetime, *, public: bool
) -> Photo:
    """Show a photo, once somebody looked for faces and plates and said what is on it; or hide it.

    Raises Missing, Forbidden, Invalid.
    """
    case = visible_case(number, actor)
    require_keeper(actor, case.area_path, PROPOSAL)
    with transaction.atomic():
        photo = Photo.objects.filter(case=case, name=name).first()
        if photo is None or not Proposal.objects.filter(pk=case.pk).exists():
            raise Missing(N_("There is no such photo."), field="photo")
        at = in_order(locked(number), at)
        if public:
            told = mask(line("alt", words, LONGEST))
            ProposalPhoto.objects.update_or_create(
                proposal_id=case.pk, digest=photo.digest, defaults={"words": told}
            )
        return show_photo(name, public, reason, actor, at, who=KEEPS)
