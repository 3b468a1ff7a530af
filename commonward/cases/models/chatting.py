"""Conversations in chats (对话), for as long as they last."""

from django.db import models


class Conversation(models.Model):
    """One conversation, until it is forgotten: an hour after its last message at most.

    `mark` is a keyed hash of the day on which it began and of who it is with: the next message
    finds it, nothing finds two of different days. `kept` is what was said so far, sealed with the
    conversation's own `key` for it alone; who it is with stands in neither. No case points here.
    """

    platform = models.CharField(max_length=12)
    mark = models.CharField(max_length=32, unique=True)
    key = models.BinaryField()
    kept = models.BinaryField()
    last_at = models.DateTimeField()

    class Meta:
        db_table = "cases_conversation"
        indexes = [models.Index(fields=["last_at"], name="conversation_last")]

    def __str__(self) -> str:
        return f"conversation {self.pk}"


class ConversationPicture(models.Model):
    """A picture of a conversation that is not filed yet, encoded anew and sealed with its key."""

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    name = models.CharField(max_length=16)
    content = models.BinaryField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()

    class Meta:
        db_table = "cases_conversationpicture"
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "name"], name="one_picture_of_this_name"
            ),
        ]

    def __str__(self) -> str:
        return f"picture of {self.conversation_id}"
