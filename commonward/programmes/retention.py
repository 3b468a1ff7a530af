"""What this room keeps that may say something about a person, why, and how it ends (保存期限)."""

from collections.abc import Mapping

from commonward.core.retention import Kept

_DECIDED = "As long as its case: the years that the procedure names (keep_years) after the closing."

KEPT: tuple[Kept, ...] = (
    Kept(
        model="programmes.Visit",
        fields=("note",),
        what="What a team noted at a place beside the checklist's answers; masked.",
        why="Whoever comes next must know what was seen.",
        how_long="A year from the end of the campaign.",
        destroyed_by="The nightly `forget` empties it; answers and figures stay.",
    ),
    Kept(
        model="programmes.VisitPhoto",
        fields=("name", "digest"),
        what="A photo that shows an item of a checklist in order.",
        why="The answer can be looked at again by who re-checks it.",
        how_long="Ninety days from the visit.",
        destroyed_by="The nightly `forget` deletes file and row.",
    ),
    Kept(
        model="programmes.PlaceAnswer",
        fields=("words",),
        what="What the owner of a place answered to a visit that found nothing, through the code on "
        "the notice; on a defect it is a report of the defect's case and ends with it.",
        why="Whoever is inspected may answer, and is read.",
        how_long="Ninety days from the answer.",
        destroyed_by="The nightly `forget` deletes the row.",
    ),
    Kept(
        model="programmes.Proposal",
        fields=("title", "words", "word"),
        what="What somebody proposes for the neighbourhood, and the word they put under it.",
        why="Neighbours support it, the department answers it, and its page tells what came of it.",
        how_long=_DECIDED,
        destroyed_by="The nightly `forget` empties it with its case.",
    ),
    Kept(
        model="programmes.ProposalNote",
        fields=("words",),
        what="What the office said of a proposal: reasons, answers, what was done.",
        why="What became of it is told to everybody.",
        how_long=_DECIDED,
        destroyed_by="The nightly `forget` empties it with its case.",
    ),
    Kept(
        model="programmes.ProposalComment",
        fields=("words", "word", "hidden_because", "appeal", "decided"),
        what="What somebody says of a proposal under no name, why it was hidden, and the appeal.",
        why="Neighbours talk it over, and a hiding can be contested.",
        how_long="Until a year after the proposal's case was closed.",
        destroyed_by="The nightly `forget` deletes it.",
    ),
    Kept(
        model="programmes.CouncilSeat",
        fields=("shown_name",),
        what="The name of who holds a seat of a council, with their consent alone.",
        why="Residents may know whom to speak to.",
        how_long="Until the council's term ends, or the consent is taken back.",
        destroyed_by="The nightly `forget` empties it on the day after the term.",
    ),
    Kept(
        model="programmes.ConsultationWords",
        fields=("words", "answer"),
        what="What somebody asked or said in a consultation, under no name, and the answer.",
        why="The office owes an answer to each, and shows what it changed.",
        how_long="Until a year after the consultation was answered.",
        destroyed_by="The nightly `forget` deletes it; the summary stays.",
    ),
    Kept(
        model="programmes.ReviewLine",
        fields=("words", "check_words", "appeal", "decision"),
        what="What teams say of their works in a month's review: report, check, appeal, decision.",
        why="A score is explained by what was said and can be contested.",
        how_long="Five years from the end of the plan.",
        destroyed_by="The nightly `forget` empties the words; values and scores stay.",
    ),
    Kept(
        model="programmes.RiskQuestion",
        fields=("words", "said", "contact"),
        what="What somebody asked or objected, published with private parts hidden; as it was written and how to answer, sealed.",
        why="The office owes an answer to each, and everybody sees that it was given.",
        how_long="What is sealed until the review ends; the published words as long as its case.",
        destroyed_by="The step that ends the review destroys what is sealed; the nightly `forget` empties the words.",
    ),
    Kept(
        model="programmes.RiskSeat",
        fields=("name",),
        what="The name of who wants to speak at a hearing, sealed; who only listens leaves none.",
        why="Whoever leads the hearing calls them up.",
        how_long="Seven days after the hearing (the site's own days), or until it is called off.",
        destroyed_by="The nightly `forget` deletes the places with their names.",
    ),
    Kept(
        model="programmes.RiskOpinion",
        fields=("name", "office", "interests"),
        what="An expert's name, office and declared interests, published with their consent.",
        why="An opinion counts only where everybody sees whose it is and what they have in it.",
        how_long="Until the consent is taken back (the name), at the latest as long as its case.",
        destroyed_by="A button of the desk takes the name away; the nightly `forget` empties the rest.",
    ),
    Kept(
        model="programmes.RiskCondition",
        fields=("evidence", "sent_back"),
        what="By what everybody sees that a condition is met, and why it was sent back.",
        why="A condition is checked by somebody apart from who met it.",
        how_long=_DECIDED,
        destroyed_by="The nightly `forget` empties it with its case.",
    ),
    Kept(
        model="programmes.Organisation",
        fields=("office_line", "office_box"),
        what="Telephone and mail of an organisation's office, with its consent; never a person's.",
        why="The office is reminded of what its unit pledged and called to meetings.",
        how_long="Until the day that the office agreed to, five years at most.",
        destroyed_by="The nightly `forget` empties it on the day after.",
    ),
    Kept(
        model="programmes.DutyDay",
        fields=("evidence", "why"),
        what="By what it is seen that a unit kept a pledge, and why it did not; masked.",
        why="Somebody apart from who said it checks it.",
        how_long="Until five years after the alliance ended.",
        destroyed_by="The nightly `forget` empties it.",
    ),
    Kept(
        model="programmes.Booking",
        fields=("purpose",),
        what="What a room or thing of the pool was taken for.",
        why="Members see why it is taken.",
        how_long="A year from the day.",
        destroyed_by="The nightly `forget` deletes the row.",
    ),
    Kept(
        model="programmes.Gathering",
        fields=("minutes",),
        what="What the units said at a joint meeting; masked.",
        why="Its decisions are explained by it.",
        how_long="Until five years after the alliance ended.",
        destroyed_by="The nightly `forget` empties it.",
    ),
)

IMPERSONAL: Mapping[str, tuple[str, ...]] = {
    # A name with digits that lead to somebody is refused when a place is written down.
    "Place": ("code", "kind", "name", "area_path", "address"),
    "Checklist": ("kind", "text", "digest"),
    "Campaign": (
        "code", "title", "title_en", "kinds", "area_code", "area_path", "state", "checklists",
        "recheck_root",
    ),
    "Visit": ("kind", "state", "why", "answers", "door"),
    "VisitPhoto": ("item",),
    "Defect": ("item", "severity", "state"),
    "PlaceAnswer": ("kind", "report"),
    "Plan": ("code", "title", "title_en", "about", "about_en", "state"),
    "PlanGroup": ("title", "title_en"),
    "PlanTask": ("title", "title_en"),
    # What an office sets for works: their names, units, proofs; why it is masked or given up.
    "Target": (
        "title", "title_en", "unit", "unit_en", "direction", "evidence", "formula", "masked",
        "dropped",
    ),
    "TargetTeam": ("part",),
    "TargetChange": ("reason", "data"),
    "MonthlyReview": ("notice",),
    "ReviewLine": ("verdict", "why", "formula"),
    "Vote": (
        "title", "title_en", "about", "about_en", "method", "key_n", "key_sealed", "root",
        "published",
    ),
    "VoteOption": ("name", "name_en"),
    "LetterBatch": ("entrance",),
    "LetterCode": ("mark", "asked"),
    "PaperMark": ("mark",),
    "Ballot": ("token", "randomizer", "signature", "choice"),
    "Proposal": ("budget_line",),
    "ProposalNote": ("kind",),
    "Council": (
        "code", "kind", "name", "name_en", "room", "office_line", "office_box", "meets",
    ),
    "CouncilSeat": ("title",),
    "Consultation": (
        "code", "title", "title_en", "about", "about_en", "summary", "changed",
    ),
    "RiskTerms": ("data",),
    # What anybody can do to prevent harm; a text that points at people is refused.
    "AdviceText": ("code", "kind", "title", "title_en", "lines", "lines_en", "categories", "months"),
    "AdviceProposal": ("rule", "version", "state"),
    # Words of the office on a project, which a validator refuses where they are about persons.
    "RiskReview": (
        "key", "title", "title_en", "facts", "facts_en", "decision", "why", "why_en", "changed",
        "changed_en",
    ),
    "RiskGroup": ("name", "name_en", "size", "how", "how_en"),
    "RiskQuestion": ("kind", "receipt", "answer", "answer_en"),
    "RiskHearing": ("place", "place_en", "minutes", "minutes_en", "called_off"),
    "RiskSeat": ("receipt",),
    "RiskOpinion": ("recommends", "words", "words_en"),
    "RiskItem": ("what", "what_en", "likely", "grave", "level", "table", "measure", "measure_en"),
    "RiskCondition": ("words", "words_en"),
    # Units and their works; words about persons are refused where they are written down.
    "Organisation": ("name", "name_en", "kind", "language"),
    "Alliance": ("code", "kind", "title", "title_en", "about", "about_en"),
    "Duty": ("what", "what_en", "wanted", "wanted_en", "repeats"),
    "Resource": ("kind", "name", "name_en"),
    "Booking": ("part",),
    "Gathering": ("place", "agenda"),
    "PledgeMail": ("once", "what"),
    "RiskMask": ("part", "ground", "reason", "role"),
}  # fmt: skip
"""What cannot say anything about a person: codes, names of works and places, and moments."""
