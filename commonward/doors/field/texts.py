"""Every text that the field's script shows, in the reader's language."""

from collections.abc import Mapping

from django.utils.translation import gettext as _


def texts() -> Mapping[str, str]:
    """By name; {places} are filled by the script."""
    return {
        "field": _("Commonward field"),
        "tasks": _("Tasks"),
        "find": _("Find and file"),
        "rounds": _("Rounds"),
        "outbox": _("Outbox"),
        "online": _("With network"),
        "offline": _("No network: everything is kept here and sent later"),
        "unsent": _("Not yet sent: {count}"),
        "all_sent": _("Everything is sent"),
        "sending": _("Sending…"),
        "sign_in_again": _("You were signed out. Sign in again: then what is waiting is sent."),
        "sign_in": _("Sign in"),
        "sign_out": _("Sign out and empty this phone"),
        "sign_out_unsent": _(
            "Not sent yet: {count}. Signing out throws it away. Press again to do so."
        ),
        "not_yours": _("Nothing was granted to this account that opens the field."),
        "as_of": _("As of {at}"),
        "refresh": _("Fetch anew"),
        "no_tasks": _("Nothing waits for your team now."),
        "no_rounds": _("No round is planned for today."),
        "nothing_waits": _("Nothing waits here."),
        "near": _("Nearest first"),
        "metres": _("{count} m"),
        "kilometres": _("{count} km"),
        "due": _("by {at}"),
        "late": _("late since {at}"),
        "urgent": _("Urgent"),
        "back": _("Back"),
        "photos_before": _("Photos"),
        "photos_online": _("Photos are shown with network only; this phone keeps none."),
        "reason": _("Why?"),
        "words": _("What do you see?"),
        "result": _("What did you do?"),
        "outcome": _("How did it end?"),
        "add_photos": _("Photos"),
        "take_photo": _("Take or choose a photo"),
        "remove_photo": _("Remove photo {count}"),
        "most_photos": _("At most {count} photos."),
        "keep": _("Done"),
        "kept": _("Kept on this phone. It is sent as soon as there is network."),
        "sent": _("Sent."),
        "category": _("What is it?"),
        "choose": _("Choose …"),
        "place": _("Where is it?"),
        "here": _("Where I am now"),
        "place_found": _("Place noted, to about {count} m."),
        "place_not_found": _("The phone does not tell where you are: write the address."),
        "address": _("Address or landmark"),
        "fixed": _("I have fixed it on the spot"),
        "file_it": _("File it"),
        "need_words": _("Say in a few words what you see."),
        "need_category": _("Choose what it is."),
        "need_place": _("Say where it is: press “Where I am now” or write the address."),
        "need_field": _("Please fill this in."),
        "visited": _("I am here: visited"),
        "was_visited": _("Visited"),
        "found_here": _("Found something here"),
        "points_done": _("{done} of {all} points"),
        "waits": _("Waits to be sent"),
        "refused": _("Not taken"),
        "send_as_note": _("Send as a note"),
        "throw_away": _("Throw away"),
        "throw_away_sure": _("Press again to throw it away"),
        "edit": _("Put right"),
        "try_now": _("Send now"),
        "expired": _("This phone was not used for days: what it carried was wiped."),
        "too_full": _("The phone's store is full: this is not kept. Send what waits first."),
        "draft": _("A draft is here; go on writing."),
        "server_trouble": _("The centre's machine does not answer as it should; we try again."),
        "step_item": _("{number}: {verb}"),
        "find_item": _("Found: {category}"),
        "visit_item": _("Visited: {name}"),
        "photo_count": _("{count} photos"),
        "help": _("Urgent help"),
        "help_call_first": _(
            "Danger? Call first: a voice is quicker. Use this form if you cannot speak."
        ),
        "help_offline": _(
            "No network: this form is only kept, and NOT sent. Call 110, 119 or 120."
        ),
        "help_kind": _("What is happening?"),
        "help_words": _("What help needs to know"),
        "help_callback": _("A number to call back (sealed)"),
        "help_send": _("Send for help"),
        "help_item": _("Urgent help: {kind}"),
        "help_waits": _(
            "Kept on this phone and being sent. Until it says so, nobody has it: if it is urgent, "
            "call 110, 119 or 120."
        ),
        "help_unsent": _("Help is NOT sent for yet: call 110, 119 or 120 if it is urgent."),
        "help_sent": _("The centre has it: {number}. {say}"),
    }
