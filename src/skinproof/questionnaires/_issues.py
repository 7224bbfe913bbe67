"""What is wrong with a questionnaire or a response, and how badly."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple, TypeAlias

Severity: TypeAlias = Literal["error", "warning", "information"]


class Issue(NamedTuple):
    """One fault.

    severity: `error` (not valid), `warning` (valid, look at it) or `information`.
    code: FHIR's IssueType (`required`, `invalid`, `structure`, ...).
    kind: a finer name, such as `invalidAnswerOption`; docs/questionnaires.md lists them.
    where: the element, as a FHIRPath: `QuestionnaireResponse.item[0].answer[0].value`.
    words: what is wrong, in plain words.
    link_id: the item, where there is one.
    """

    severity: Severity
    code: str
    kind: str
    where: str
    words: str
    link_id: str | None = None


class QuestionnaireError(ValueError):
    """A Questionnaire that cannot be used. `issues` holds every fault found; the message tells each on its own line."""

    def __init__(self, issues: Iterable[Issue]) -> None:
        self.issues = tuple(issues)
        super().__init__("\n".join(_line(issue) for issue in self.issues))


def _line(issue: Issue) -> str:
    return f"{issue.where if issue.link_id is None else f'item {issue.link_id!r}'}: {issue.words}"
