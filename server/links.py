"""The links that people get: a page's address with a signed token behind ``#``."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from server.persons import DEFAULT_DEPARTMENT, DEFAULT_INTERVIEWER, Person
from server.store.seam import StoredInterview
from server.tokens import Role, Tokens

DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Links:
    """Makes links; ``days`` is how long they work."""

    tokens: Tokens
    public_url: str
    days: int
    unix_s: Callable[[], float]

    def candidate(self, interview: str) -> str:
        token = self.tokens.issue(
            "candidate",
            "entry",
            now=self.unix_s(),
            lifetime_s=self.days * DAY_S,
            subject="candidate",
            interview=interview,
        )
        return f"{self.public_url}/c/#t={token}"

    def interviewer(self, interview: StoredInterview, person: Person) -> str:
        """A named person's link opens all their interviews in that department.

        Whoever orders interviews holds these links; the department keeps them from opening another's.
        """
        nobody_in_particular = person.subject == DEFAULT_INTERVIEWER.subject
        return self.desk(
            "interviewer",
            person,
            departments=(interview.department,),
            interview=interview.id if nobody_in_particular else None,
        )

    def desk(
        self,
        role: Role,
        person: Person,
        *,
        departments: Collection[str] = (DEFAULT_DEPARTMENT,),
        jobs: Collection[str] = (),
        interview: str | None = None,
    ) -> str:
        """A link for anybody but candidates. ``departments``, ``jobs``: how far it reaches."""
        token = self.tokens.issue(
            role,
            "desk",
            now=self.unix_s(),
            lifetime_s=self.days * DAY_S,
            subject=person.subject,
            display_name=person.name,
            departments=departments,
            jobs=jobs,
            interview=interview,
        )
        return f"{self.public_url}/i/#t={token}"
