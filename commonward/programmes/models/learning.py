"""Courses, their sessions, who signs up, and what counts until when (培训).

An employer's record of training, and no more: no mark, no grade, no order of persons.
"""

from django.db import models
from django.db.models import F, Q

from commonward.core.learning import WORKS
from commonward.people.models import Account


class Course(models.Model):
    """A course that some work asks for (课程): `months` 0 counts for good.

    `barring`: who lacks it is not given the work. `kind` narrows mediation to a kind of dispute.
    """

    code = models.SlugField(max_length=40, unique=True, db_index=False)
    title = models.CharField(max_length=120)
    title_en = models.CharField(max_length=120, blank=True)
    hours = models.PositiveSmallIntegerField(default=1)
    months = models.PositiveSmallIntegerField(default=0)
    work = models.CharField(max_length=20)
    kind = models.CharField(max_length=40, blank=True)
    barring = models.BooleanField(default=False)
    active = models.BooleanField(default=True)

    class Meta:
        db_table = "programmes_course"
        constraints = [
            models.CheckConstraint(condition=Q(work__in=list(WORKS)), name="course_work_known"),
            models.CheckConstraint(
                condition=Q(kind="") | Q(work="mediator"), name="course_kind_of_mediation"
            ),
            models.CheckConstraint(
                condition=Q(barring=False) | Q(active=True), name="course_barring_is_held"
            ),
        ]
        indexes = [models.Index(fields=["active", "work", "code"], name="course_of_work")]

    def __str__(self) -> str:
        return self.title


class CourseSession(models.Model):
    """A course is held: when, where, for how many, and who keeps the list (培训场次)."""

    course = models.ForeignKey(
        Course, on_delete=models.PROTECT, related_name="sessions", db_index=False
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place = models.CharField(max_length=160)
    place_en = models.CharField(max_length=160, blank=True)
    capacity = models.PositiveSmallIntegerField()
    keeper = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    called_off = models.BooleanField(default=False)

    class Meta:
        db_table = "programmes_coursesession"
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="course_session_has_length"
            ),
            models.CheckConstraint(condition=Q(capacity__gt=0), name="course_session_has_room"),
        ]
        indexes = [
            models.Index(fields=["course", "starts_at"], name="course_session_of"),
            models.Index(fields=["starts_at"], name="course_session_next"),
        ]

    def __str__(self) -> str:
        return f"{self.course_id} at {self.starts_at}"


class CourseSeat(models.Model):
    """A colleague signed up; afterwards whether they were there, said by who keeps the list."""

    session = models.ForeignKey(
        CourseSession, on_delete=models.PROTECT, related_name="seats", db_index=False
    )
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    was_there = models.BooleanField(null=True)
    marked_by = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        db_table = "programmes_courseseat"
        constraints = [
            models.UniqueConstraint(fields=["session", "account"], name="course_seat_once"),
            models.CheckConstraint(
                condition=Q(was_there=None, marked_by=None)
                | Q(was_there__isnull=False) & ~Q(marked_by=F("account")),
                name="course_seat_marked_apart",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} in {self.session_id}"


class Certificate(models.Model):
    """Somebody has done a course, and until when it counts (培训证书); `session` None: brought in."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    done_on = models.DateField()
    until = models.DateField(null=True, blank=True)
    session = models.ForeignKey(
        CourseSession, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        db_table = "programmes_certificate"
        constraints = [
            models.UniqueConstraint(
                fields=["account", "course", "done_on"], name="certificate_once"
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("done_on")),
                name="certificate_counts_after",
            ),
        ]
        indexes = [models.Index(fields=["course", "account"], name="certificate_of_course")]

    def __str__(self) -> str:
        return f"{self.course_id} of {self.account_id}"
