"""What happened in the rooms above a single case, as its timeline says it (各室大事记).

Everything that a room records on a case has its words here, in `wording`, in the table of urgent
help or in its procedure; a test reads the rooms' code and finds what has none.
"""

from collections.abc import Mapping

from commonward.core.refusals import N_

RECORDS: Mapping[str, str] = {
    "forgotten": N_("What led to persons was deleted"),
    "shredded": N_("Its key was destroyed: sealed words open no more"),
}
DISPUTES: Mapping[str, str] = {
    "ledger_opened": N_("The list of what is owed was opened"),
    "performance_claimed": N_("A side says that something owed was done"),
    "performance_confirmed": N_("The other side confirmed that it was done"),
    "performance_disputed": N_("The other side says that it was not done"),
    "performance_reminded": N_("A side was reminded of what it owes"),
    "performance_late": N_("Something owed was not done in time"),
    "visited": N_("Somebody visited and asked whether it holds"),
}
URGENT: Mapping[str, str] = {
    "bank_asked": N_("The bank was asked"),
    "bank_has_it": N_("The bank has it"),
    "bank_answered": N_("The bank answered"),
    "bank_silent": N_("The bank has not answered in time"),
}
PLANS: Mapping[str, str] = {
    "target_reported": N_("A target was reported"),
    "target_checked": N_("Another team checked a target"),
    "score_appealed": N_("A score was contested"),
    "appeal_decided": N_("A contested score was decided"),
}
COUNCILS: Mapping[str, str] = {
    "cost_reckoned": N_("The cost was reckoned"),
    "supports_added": N_("Support from a meeting was added"),
    "letters_printed": N_("Voting letters were printed"),
    "papers_printed": N_("Voting papers were printed"),
    "ballots_committed": N_("The list of ballots was put into the public log"),
    "order_grew": N_("More was added to the order"),
}
RISK: Mapping[str, str] = {
    "council_decided": N_("The council decided, and teams were given orders"),
    "risk_group": N_("An affected group was described"),
    "risk_group_dropped": N_("An affected group was taken out"),
    "risk_place": N_("It was said where the project lies"),
    "risk_place_gone": N_("The place of the project was taken out"),
    "risk_asked": N_("Somebody asked or objected"),
    "risk_read": N_("The office has read a question"),
    "risk_answered": N_("A question was answered"),
    "risk_answer_soon": N_("An answer is owed soon"),
    "risk_answer_late": N_("An answer is late"),
    "risk_hearing": N_("A hearing was announced"),
    "risk_hearing_held": N_("The hearing was held"),
    "risk_hearing_off": N_("The hearing was called off"),
    "risk_seat": N_("A place at the hearing was taken"),
    "risk_seat_back": N_("A place at the hearing was given back"),
    "risk_expert": N_("An expert was named with their consent"),
    "risk_expert_unnamed": N_("An expert's name was taken out"),
    "risk_interests": N_("An expert told their interests"),
    "risk_opinion": N_("An expert gave an opinion"),
    "risk_item": N_("A risk was weighed"),
    "risk_item_dropped": N_("A risk was taken out"),
    "risk_masked": N_("A line was hidden, with its reason"),
    "risk_unmasked": N_("A hidden line was shown again"),
    "risk_conditions": N_("The conditions were given out"),
    "risk_condition_met": N_("A condition is said to be met"),
    "risk_condition_checked": N_("A condition was checked: it is met"),
    "risk_condition_sent_back": N_("A condition was sent back"),
}
ALLIANCES: Mapping[str, str] = {
    "alliance_made": N_("The alliance was made"),
    "alliance_taken_over": N_("The alliance was taken over from older records"),
    "alliance_changed": N_("What was agreed was changed"),
    "alliance_joined": N_("A unit joined"),
    "alliance_left": N_("A unit left"),
    "alliance_pledged": N_("A duty was agreed"),
    "alliance_brought_in": N_("Duties were brought in from a table"),
    "alliance_duty_said": N_("A duty is said to be kept"),
    "alliance_duty_kept": N_("A duty was checked: it is kept"),
    "alliance_duty_not_kept": N_("A duty was checked: it is not kept"),
    "alliance_duty_soon": N_("A duty falls due soon"),
    "alliance_duty_late": N_("A duty is late"),
    "alliance_meeting_called": N_("A joint meeting was called"),
    "alliance_minutes": N_("The minutes of a meeting were written"),
    "alliance_lent": N_("Something was put into the pool"),
    "alliance_booked": N_("Something of the pool was booked"),
    "alliance_freed": N_("A booking was given back"),
}
MARKS: Mapping[str, str] = {
    "mark_nominated": N_("It was nominated for a mark"),
    "mark_shown": N_("The office showed its evidence"),
    "mark_sent": N_("Another team was sent to look"),
    "mark_looked": N_("Another team has looked"),
    "mark_reckoned": N_("The record was asked for the figures"),
    "mark_ends_soon": N_("The mark ends soon"),
    "mark_taken_over": N_("A mark was taken over from older records"),
}
DRILLS: Mapping[str, str] = {
    "drill_planned": N_("The drill was planned"),
    "drill_entry": N_("A line was written in the drill's log"),
    "drill_looked_back": N_("The drill was looked back on"),
    "drill_change_said": N_("A change is said to be made"),
    "drill_change_made": N_("A change was checked: it is made"),
    "drill_change_sent_back": N_("A change was sent back"),
}
HAPPENINGS: Mapping[str, str] = {
    **RECORDS, **DISPUTES, **URGENT, **PLANS, **COUNCILS, **RISK, **ALLIANCES, **MARKS, **DRILLS,
}  # fmt: skip
"""Verb of an event → its heading."""
