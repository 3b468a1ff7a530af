"""Where the parts of the programmes begin: what the overview shows, and to whom."""

from dataclasses import dataclass

from commonward.core.refusals import N_

OFFICE = ("programme_officer", "leader")
"""Who keeps the programmes, and who asks how they stand."""
WORKS = ("programme_officer", "leader", "handler", "grid_worker")
"""And who carries them out."""
OPENS = (*WORKS, "administrator")
"""Who opens the overview."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part: the name of its address, its title, what it is for, and for which posts."""

    address: str
    title: str
    about: str
    roles: tuple[str, ...]


PARTS: tuple[Part, ...] = (
    Part(
        "desk:programme_inspections",
        N_("Inspections"),
        N_("Places, checklists, campaigns and what became of the faults"),
        OPENS,
    ),
    Part(
        "desk:programme_plans",
        N_("Plans with targets"),
        N_("Targets with owner, date and evidence; the monthly review; what is behind."),
        WORKS,
    ),
    Part(
        "desk:programme_pledges",
        N_("Pledges and alliances"),
        N_("What units promised each other, their pool and their joint meetings"),
        WORKS,
    ),
    Part(
        "desk:programme_marks",
        N_("Marks of quality"),
        N_(
            "Rooms, areas and places that meet published criteria; who looks, decides, and until when"
        ),
        WORKS,
    ),
    Part(
        "desk:programme_mark_kinds",
        N_("Kinds of marks"),
        N_("Which marks there are, and by which criteria; each version stays readable"),
        ("programme_officer", "administrator"),
    ),
    Part(
        "desk:programme_councils",
        N_("Residents decide"),
        N_("Councils, proposals, votes and consultations"),
        (*OFFICE, "administrator"),
    ),
    Part(
        "desk:programme_proposals",
        N_("Proposals"),
        N_("What residents want done, and the answers owed to them"),
        ("programme_officer", "leader", "handler"),
    ),
    Part(
        "desk:programme_learning",
        N_("Learning and duty"),
        N_("Courses that work asks for, drills and what they changed, surveys of staff"),
        OPENS,
    ),
    Part(
        "desk:programme_advice",
        N_("Advice"),
        N_("Texts on preventing harm, proposed by counts of problems and the season"),
        ("programme_officer", "leader", "administrator"),
    ),
    Part(
        "desk:programme_risks",
        N_("Risk reviews"),
        N_("Before a big decision or building project: asked, weighed, decided with reasons."),
        WORKS,
    ),
    Part(
        "desk:programme_risk_days",
        N_("Days of the risk reviews"),
        N_("How long a notice stands, and by when a question is answered."),
        ("administrator",),
    ),
    Part(
        "desk:programme_surveys",
        N_("Surveys"),
        N_("Satisfaction and sense of safety, asked of a drawn sample, told with intervals"),
        ("programme_officer", "leader", "intake_officer"),
    ),
)
