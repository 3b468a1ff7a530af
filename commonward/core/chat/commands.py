"""What is heard in every state: commands, and the number and code of a report before words."""

from commonward.core.chat.model import Add, Message, NoNews, Status, Talk
from commonward.core.chat.plan import Plan, compared
from commonward.core.chat.states import Move
from commonward.core.sms.reading import read


def command_of(plan: Plan, text: str) -> str:
    """The command that a text is, "" for none."""
    return plan.heard.get(compared(text), "")


def coded(plan: Plan, talk: Talk, message: Message) -> Move | None:
    """What a text with a report's number asks for; None for any other text."""
    text = message.text
    asks = False
    for word in plan.status:
        if compared(text).startswith(word):
            rest = text.strip()[len(word) :].strip(" :：,，")
            asks, text = bool(read(rest).code), rest if read(rest).code else text
            break
    written = read(text)
    if written.stop and written.number:
        return Move(talk, (), (NoNews(written.number),))
    if not written.code:
        return None
    if asks or not (written.words or message.picture):
        return Move(talk, (), (Status(written.number, written.code),))
    added = Add(written.number, written.code, written.words, message.picture)
    return Move(talk, (), (added,))
