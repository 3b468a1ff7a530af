"""What a mail says (来信): read whatever a stranger wrote, and never more than it is.

`read_mail` gives the words, the files and what kind of mail it is, or refuses in words; it raises
nothing else. Nothing here opens anything: a sender's address is what somebody wrote.
"""

from commonward.core.mailed.model import Bounce, File, LeftOut, Mail
from commonward.core.mailed.reading import MOST_BYTES, read_mail
from commonward.core.mailed.senders import checked_sender

__all__ = ["MOST_BYTES", "Bounce", "File", "LeftOut", "Mail", "checked_sender", "read_mail"]
