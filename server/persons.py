"""People of the house, and the names of departments and posts that their rights are cut to."""

from __future__ import annotations

from dataclasses import dataclass

DEFAULT_DEPARTMENT = "default"
"""Where everything is that names no department: a house without departments has just this one."""

EVERY = "*"
"""In a scope: every department, or every post."""

SUBJECT_PATTERN = r"^[A-Za-z0-9._@+-]{1,64}$"
"""A staff number, a login or a mail address."""

DEPARTMENT_PATTERN = r"^[a-z0-9][a-z0-9._-]{0,63}$"


@dataclass(frozen=True, slots=True, order=True)
class Person:
    """``subject`` is the stable id that assignments, scores and the audit trail name; ``name`` is read."""

    subject: str
    name: str


DEFAULT_INTERVIEWER = Person("interviewer", "Interviewer")
"""Whoever holds the interviewer's link of an interview that was ordered without naming interviewers."""
