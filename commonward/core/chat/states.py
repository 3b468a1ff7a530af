"""What a state takes, what it keeps of it, and where that leads."""

from dataclasses import dataclass, replace

from commonward.core.chat.model import (
    Add,
    Choice,
    Draft,
    Effect,
    File,
    Knows,
    Message,
    Place,
    Reply,
    Talk,
)
from commonward.core.chat.plan import Plan, State, compared

SHORT = 300
"""Characters of the words that are shown before they are sent."""
_MOST_BACK = 20


@dataclass(frozen=True, slots=True)
class Move:
    """Where a message leads, what is answered, and what the door must do."""

    talk: Talk
    replies: tuple[Reply, ...] = ()
    effects: tuple[Effect, ...] = ()


def takes_picture(plan: Plan, talk: Talk) -> str:
    """Whether a picture is taken now: "" for yes, else why not ("kind", "many")."""
    state = plan.states[talk.state]
    if "picture" not in state.takes:
        return "kind"
    return "many" if len(talk.draft.pictures) >= plan.most_pictures else ""


def ask(plan: Plan, talk: Talk, knows: Knows) -> Reply:
    """The question of the state that the conversation is in."""
    state = plan.states[talk.state]
    values: dict[str, str] = {}
    if state.keeps == "more":
        words = talk.draft.words
        values = {
            "words": words if len(words) <= SHORT else f"{words[: SHORT - 1]}…",
            "where": _where(talk.draft),
            "pictures": str(len(talk.draft.pictures)),
        }
    elif state.keeps == "add":
        values = {"number": talk.number}
    elif any(option.code == "enough" for option in state.choices):
        values = {"answers": "\n".join(_answers(plan, talk, knows))}
    return Reply(
        state.asks,
        values,
        labels(plan, talk),
        place="place" in state.takes and state.keeps in ("where", "which"),
        picture="picture" in state.takes,
    )


def labels(plan: Plan, talk: Talk) -> tuple[str, ...]:
    """The answers that are offered now, in the order of their numbers; then skip, back, new."""
    state = plan.states[talk.state]
    found = [f"@choice_{option.code}" for option in state.choices]
    if state.keeps in ("which", "side"):
        found += [one.label for one in talk.offered] + (
            ["@choice_none"] if state.keeps == "which" else []
        )
    found += ["@choice_skip"] if state.skip else []
    found += ["@choice_back"] if talk.before else []
    return (*found, "@choice_new") if state.keeps == "add" else tuple(found)


def ended(plan: Plan, talk: Talk, state: str) -> Move:
    """All that was told is given up, and which report it made is forgotten."""
    over = replace(
        talk, state=state, draft=Draft(), offered=(), before=(), person=False, number="", code=""
    )
    return Move(over, (Reply(plan.states[state].asks),))


def filing(plan: Plan, talk: Talk, *, person: bool = False) -> Move:
    """Send the draft, under a key that no other draft of this conversation has."""
    after = next(o.then for s in plan.states.values() for o in s.choices if o.does == "file")
    made = File(talk.draft, f"{talk.key}.{talk.filed}", talk.language, person)
    done = replace(
        talk, state=after, draft=Draft(), offered=(), before=(), person=False,
        filed=talk.filed + 1, number="", code="",
    )  # fmt: skip
    return Move(done, (), (made,))


def taken(plan: Plan, talk: Talk, message: Message, knows: Knows, command: str) -> Move | None:
    """What the state takes of a message; None where it takes none of it."""
    state = plan.states[talk.state]
    if message.picture:
        if "picture" not in state.takes:
            return None
        if state.keeps == "add":
            return _added(talk, message)
        talk = replace(
            talk, draft=replace(talk.draft, pictures=(*talk.draft.pictures, message.picture))
        )
    if message.place is not None and "place" in state.takes:
        return _at(plan, talk, message.place, message.text, knows)
    if message.text:
        found = _said(plan, talk, message.text, knows, command)
        if found is not None or not message.picture:
            return found
    if not message.picture:
        return None
    if state.keeps == "picture":
        return go(plan, talk, state.then, knows)
    return Move(talk, (Reply("kept"), ask(plan, talk, knows)))


def go(plan: Plan, talk: Talk, name: str, knows: Knows) -> Move:
    """The next state that has something to ask, and its question."""
    before = (*talk.before, talk.state)[-_MOST_BACK:] if name != talk.state else talk.before
    state = plan.states[name]
    draft = talk.draft
    passed = set()
    while name not in passed:
        passed.add(name)
        state = plan.states[name]
        if state.keeps == "where" and draft.placed:
            sides = _sides(state, draft, knows)
            if sides:
                return _asked(plan, talk, state.side, before, knows, sides)
        elif not (state.keeps == "picture" and draft.pictures):
            break
        name = state.then
    return _asked(plan, talk, name, before, knows)


def _asked(
    plan: Plan, talk: Talk, name: str, before: tuple[str, ...], knows: Knows,
    offered: tuple[Choice, ...] = (),
) -> Move:  # fmt: skip
    if name == plan.gives_up:
        return ended(plan, talk, name)
    there = replace(talk, state=name, before=before, offered=offered)
    return Move(there, (ask(plan, there, knows),))


def _sides(state: State, draft: Draft, knows: Knows) -> tuple[Choice, ...]:
    if not state.side or draft.side or draft.lat is None or draft.lon is None:
        return ()
    return knows.spot(draft.lat, draft.lon).sides


def _at(plan: Plan, talk: Talk, place: Place, text: str, knows: Knows) -> Move:
    """A place was shared."""
    state = plan.states[talk.state]
    spot = knows.spot(place.lat, place.lon)
    if spot.outside:
        return Move(talk, (Reply("outside"), ask(plan, talk, knows)))
    draft = replace(
        talk.draft, lat=place.lat, lon=place.lon, side="",
        address=place.name[:300] or talk.draft.address,
    )  # fmt: skip
    there = replace(talk, draft=draft)
    if spot.sides and state.side:
        return _asked(plan, there, state.side, (*talk.before, talk.state), knows, spot.sides)
    if state.keeps in ("where", "which"):
        return go(plan, there, state.then, knows)
    if text and state.keeps == "words":
        found = _said(plan, there, text, knows, "")
        if found is not None:
            return found
    return Move(there, (ask(plan, there, knows),))


def _said(plan: Plan, talk: Talk, text: str, knows: Knows, command: str) -> Move | None:
    state = plan.states[talk.state]
    if "choice" in state.takes:
        found = _chosen(plan, talk, text, knows, command)
        if found is not None:
            return found
    if command == "skip" or (command == "no" and state.skip):
        if state.skip:
            return go(plan, talk, state.then, knows)
        return Move(talk, (Reply("must"), ask(plan, talk, knows)))
    if "words" not in state.takes:
        return None
    if command in ("yes", "no"):
        return Move(talk, (ask(plan, talk, knows),)) if state.keeps == "add" else None
    if state.keeps == "words":
        return _words(plan, talk, text, knows)
    if state.keeps == "where":
        return _named(plan, talk, text, knows)
    if state.keeps == "more":
        words = f"{talk.draft.words}\n{text}".strip()[: plan.longest_words]
        return go(plan, replace(talk, draft=replace(talk.draft, words=words)), state.then, knows)
    return _added(talk, Message("", text)) if state.keeps == "add" else None


def _words(plan: Plan, talk: Talk, text: str, knows: Knows) -> Move:
    state = plan.states[talk.state]
    there = replace(talk, draft=replace(talk.draft, words=text))
    if talk.person:
        return filing(plan, there, person=True)
    if state.enquiry and _answers(plan, there, knows):
        return go(plan, there, state.enquiry, knows)
    return go(plan, there, state.then, knows)


def _answers(plan: Plan, talk: Talk, knows: Knows) -> tuple[str, ...]:
    """The answers that are kept to what somebody asks; () where they tell of a problem."""
    words = talk.draft.words
    plain = compared(words)
    if not (words.strip().endswith(plan.ask_ends) or any(w in plain for w in plan.ask_words)):
        return ()
    return knows.answers(words, talk.language or "zh-hans")


def _named(plan: Plan, talk: Talk, text: str, knows: Knows) -> Move:
    """Words that say where it is: the place that they mean, else as they are."""
    state = plan.states[talk.state]
    found = knows.places(text)[: plan.most_choices]
    there = replace(
        talk, draft=replace(talk.draft, address=text[:300], lat=None, lon=None, side="")
    )
    if found and state.which and not (len(found) == 1 and found[0].sure):
        return _asked(plan, there, state.which, (*talk.before, talk.state), knows, found)
    return (
        _placed(plan, there, found[0], state, knows)
        if found
        else go(plan, there, state.then, knows)
    )


def _placed(plan: Plan, talk: Talk, one: Choice, state: State, knows: Knows) -> Move:
    draft = replace(talk.draft, lat=one.lat, lon=one.lon)
    there = replace(talk, draft=draft)
    sides = _sides(state, draft, knows)
    if sides:
        return _asked(plan, there, state.side, (*talk.before, talk.state), knows, sides)
    return go(plan, there, state.then, knows)


def _chosen(plan: Plan, talk: Talk, text: str, knows: Knows, command: str) -> Move | None:
    state = plan.states[talk.state]
    number = _which(plan, talk, text, command)
    if number is None:
        return None
    if number < len(state.choices):
        option = state.choices[number]
        if option.does == "file":
            return filing(plan, talk) if talk.draft.words else None
        return go(plan, talk, option.then, knows)
    number -= len(state.choices)
    if number >= len(talk.offered):  # none of these: the words stand as they are
        return go(plan, talk, state.then, knows)
    one = talk.offered[number]
    if state.keeps == "side":
        there = replace(talk, draft=replace(talk.draft, side=one.side))
        return go(plan, there, state.then, knows)
    return _placed(plan, talk, one, state, knows)


def _which(plan: Plan, talk: Talk, text: str, command: str) -> int | None:
    """The place of an answer among those that are offered: by its number, its words, or yes and no."""
    state = plan.states[talk.state]
    offered = list(labels(plan, talk))
    offered = [one for one in offered if one not in ("@choice_skip", "@choice_back", "@choice_new")]
    plain = compared(text)
    if plain.isascii() and plain.isdecimal() and len(plain) < 3:
        return int(plain) - 1 if 1 <= int(plain) <= len(offered) else None
    for number, label in enumerate(offered):
        if plain in (compared(plan.label(label, "en")), compared(plan.label(label, "zh-hans"))):
            return number
    codes = [option.code for option in state.choices]
    return codes.index(command) if command in codes else None


def _added(talk: Talk, message: Message) -> Move | None:
    if not talk.number:
        return None
    return Move(talk, (), (Add(talk.number, talk.code, message.text, message.picture),))


def _where(draft: Draft) -> str:
    return draft.address or ("@shared" if draft.lat is not None else "@nowhere")
