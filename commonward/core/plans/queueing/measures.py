"""What a solved model says: workloads, who goes where, how soon, who waits or is lost."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from commonward.core.plans.queueing.model import Floats, Town
from commonward.core.refusals import N_, Invalid


@dataclass(frozen=True)
class Measures:
    """The figures of a town in equilibrium.

    `workloads` (N): the share of time in which each unit is busy. `sent` (N, A): the share of all
    calls that unit n answers at once in atom j. `queued` (N, A): the same for calls that waited.
    `lost` (A): the share of an atom's calls that nobody of its list could take. `waits` (A): the
    share that waits. `asked` is the input.
    """

    asked: Town
    workloads: Floats
    sent: Floats
    queued: Floats
    lost: Floats
    waits: Floats

    @property
    def dispatched(self) -> Floats:
        """(N, A) f_nj: the share of all answered calls that take unit n to atom j."""
        both = self.sent + self.queued
        return np.asarray(both / both.sum())

    @property
    def loss(self) -> float:
        """The share of all calls that is lost."""
        return float(self.lost @ self.asked.calls / self.asked.calls.sum())

    @property
    def wait(self) -> float:
        """The share of all calls that must wait."""
        return float(self.waits @ self.asked.calls / self.asked.calls.sum())

    @property
    def mean_wait(self) -> float:
        """The mean wait of all calls, in the unit of time of the rates; 0 without a line."""
        slack = _slack(self.asked)
        waiting = self.waits * self.asked.calls / self.asked.calls.sum()
        return float((waiting[self.waits > 0] / slack[self.waits > 0]).sum())

    def times(self, travel: NDArray[Any], between: NDArray[Any] | None = None) -> "Times":
        """Travel and response with these travel times (N, A), in the unit of time of the rates.

        A call from the line is answered from where the unit ended its last one: `between` (A, A)
        gives the times from atom to atom for that (Larson 1974); without it the unit's own are
        taken.
        """
        minutes = np.asarray(travel, dtype=np.float64)
        if minutes.shape != self.sent.shape:
            raise Invalid(
                N_("The travel times must have {units} rows and {atoms} columns."),
                field="travel",
                units=self.asked.units,
                atoms=self.asked.atoms,
            )
        if between is None:
            late = minutes
        else:
            origin = self.asked.calls / self.asked.calls.sum()
            late = np.broadcast_to(origin @ np.asarray(between, dtype=np.float64), minutes.shape)
        return Times(self, minutes, np.asarray(late))


@dataclass(frozen=True)
class Times:
    """How soon help comes. `travel` (N, A) from the post, `late` (N, A) for calls from the line."""

    measures: Measures
    travel: Floats
    late: Floats

    @property
    def by_atom(self) -> Floats:
        """(A) the mean travel time to each atom's answered calls; nan where none is answered."""
        found = self.measures
        with np.errstate(invalid="ignore", divide="ignore"):
            spent = (found.sent * self.travel + found.queued * self.late).sum(axis=0)
            return np.asarray(spent / (found.sent + found.queued).sum(axis=0))

    @property
    def by_unit(self) -> Floats:
        """(N) the mean travel time of each unit's calls; nan where it has none."""
        found = self.measures
        with np.errstate(invalid="ignore", divide="ignore"):
            spent = (found.sent * self.travel + found.queued * self.late).sum(axis=1)
            return np.asarray(spent / (found.sent + found.queued).sum(axis=1))

    @property
    def mean(self) -> float:
        """The mean travel time of all answered calls."""
        found = self.measures
        spent = (found.sent * self.travel + found.queued * self.late).sum()
        return float(spent / (found.sent + found.queued).sum())

    def within(self, limit: float) -> Floats:
        """(A) the share of each atom's calls, lost ones too, answered within `limit`.

        Response is the wait in line, exponential behind the full state, and the travel.
        """
        found = self.measures
        asked = found.asked
        slack = _slack(asked)
        soon = (found.sent * (self.travel <= limit)).sum(axis=0)
        spare = np.maximum(limit - self.late, 0.0)
        served = -np.expm1(-np.where(found.waits > 0, slack, 0.0)[None, :] * spare)
        soon = soon + (found.queued * served * (self.late <= limit)).sum(axis=0)
        share = asked.calls / asked.calls.sum()
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(soon / share)

    def share_within(self, limit: float) -> float:
        """The share of all calls, lost ones too, answered within `limit`."""
        share = self.measures.asked.calls / self.measures.asked.calls.sum()
        return float(np.nansum(self.within(limit) * share))


def _slack(asked: Town) -> Floats:
    """(A) service rate less call rate of the group that answers each atom: how fast a line melts."""
    group = asked.group
    first = asked.lists[:, 0]
    slack = np.ones(asked.atoms)
    for one in np.unique(group):
        atoms = (first >= 0) & (group[first] == one)
        slack[atoms] = asked.rates[group == one].sum() - asked.calls[atoms].sum()
    return slack


def gather(asked: Town, reach: Floats, jam: Floats, workloads: Floats) -> Measures:
    """The figures from the chances.

    `reach` (A, L): the chance that a call of an atom finds this entry of its list first; `jam` (N):
    the chance that the unit's whole group is busy (0 without a line); `workloads` (N).
    """
    group = asked.group
    total = float(asked.calls.sum())
    sent = np.zeros((asked.units, asked.atoms))
    queued = np.zeros((asked.units, asked.atoms))
    waits = np.zeros(asked.atoms)
    atoms, ranks = np.nonzero(asked.lists >= 0)
    named = asked.lists[atoms, ranks]
    sent[named, atoms] = reach[atoms, ranks] * asked.calls[atoms] / total
    if asked.line == "infinite":
        first = asked.lists[:, 0]
        waits = np.where(first >= 0, jam[first], 0.0)
        strength = np.array(
            [
                asked.rates[unit] / asked.rates[group == group[unit]].sum()
                for unit in range(len(jam))
            ]
        )
        queued[named, atoms] = strength[named] * waits[atoms] * asked.calls[atoms] / total
    lost = np.zeros(asked.atoms)
    if asked.line == "zero":
        lost = np.clip(1.0 - reach.sum(axis=1), 0.0, 1.0)
    return Measures(asked, workloads, sent, queued, lost, waits)
