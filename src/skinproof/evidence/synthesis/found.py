"""Findings of one kind, whichever it is, and looking through them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Generic, Protocol, TypeVar

from skinproof.vocabulary import unknown


class Told(Protocol):
    """What every kind of finding has."""

    @property
    def id(self) -> str: ...
    @property
    def concern(self) -> str: ...
    @property
    def concept(self) -> str: ...
    @property
    def treatments(self) -> Collection[str]: ...


T = TypeVar("T", bound=Told)
Covered = Callable[[str], set[str]]  # a treatment or form to the treatments that it covers


class Found(Generic[T]):
    """Findings of one kind, to be looked through."""

    def __init__(self, every: Iterable[T], covered: Covered) -> None:
        self.all: tuple[T, ...] = tuple(every)
        self._by_id = {each.id: each for each in self.all}
        self._covered = covered

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {len(self.all)}>"

    def __len__(self) -> int:
        return len(self.all)

    def __contains__(self, finding_id: str) -> bool:
        return finding_id in self._by_id

    def get(self, finding_id: str) -> T:
        """One finding.

        Raises:
            KeyError: no such finding; the message offers near ids.
        """
        if finding_id not in self._by_id:
            raise KeyError(unknown(finding_id, list(self._by_id)))
        return self._by_id[finding_id]

    def find(
        self, concern: str | None = None, treatment: str | None = None, concept: str | None = None
    ) -> tuple[T, ...]:
        """Findings that fit all that is given; a treatment may be a form, or cover narrower kinds.

        Raises:
            KeyError: no such treatment or form.
        """
        wanted = self._covered(treatment) if treatment else None
        return tuple(
            each
            for each in self.all
            if concern in (None, each.concern)
            and concept in (None, each.concept)
            and (wanted is None or not wanted.isdisjoint(each.treatments))
        )
