"""Job files: YAML in, ``Job`` out, every error with its line and field. The schema: docs/job-file.md."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from importlib import resources
from typing import TypeVar, cast, get_args

import yaml

from scoring.evidence_kinds import EvidenceKind
from scoring.job import (
    Competency,
    ExpectedPoint,
    Job,
    Language,
    Question,
    QuestionKind,
    SignIn,
    Stage,
    SubDimension,
)

Item = TypeVar("Item")

LARGEST_FILE_CHARACTERS = 262_144


class JobFileError(ValueError):
    """A job file that cannot be used. ``line`` counts from 1; ``field`` is the path, as in
    ``competencies[0].weight``."""

    code = "job_file"

    def __init__(self, name: str, line: int, field: str, what: str) -> None:
        super().__init__(f"{name}, line {line}, {field}: {what}")
        self.name, self.line, self.field, self.what = name, line, field, what


def load_job(text: str, name: str) -> Job:
    """Read one job file. ``name`` becomes the job's id, e.g. ``production-supervisor.en``.

    Raises JobFileError with line and field.
    """
    if len(text) > LARGEST_FILE_CHARACTERS:
        raise JobFileError(name, 1, "file", f"it is longer than {LARGEST_FILE_CHARACTERS} characters")
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise JobFileError(name, line, "file", f"this is not YAML: {error.problem}") from error
    except yaml.YAMLError as error:
        raise JobFileError(name, 1, "file", f"this is not YAML: {error}") from error
    if node is None:
        raise JobFileError(name, 1, "file", "it is empty")
    return _job(_Field(node, name, ""))


@cache
def shipped_jobs() -> dict[str, Job]:
    """The jobs that come with Viva, by id, in alphabetical order."""
    folder = resources.files("scoring") / "jobs"
    jobs = {}
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".yaml"):
            name = file.name.removesuffix(".yaml")
            jobs[name] = load_job(file.read_text(encoding="utf-8"), name)
    return jobs


class _Field:
    """One node of the file with the path that leads to it."""

    def __init__(self, node: yaml.Node, name: str, path: str) -> None:
        self.node, self.name, self.path = node, name, path

    def error(self, what: str) -> JobFileError:
        return JobFileError(self.name, self.node.start_mark.line + 1, self.path or "file", what)

    def mapping(self, required: set[str], optional: set[str]) -> dict[str, _Field]:
        if not isinstance(self.node, yaml.MappingNode):
            raise self.error("a list of `name: value` lines is wanted")
        fields: dict[str, _Field] = {}
        for key, value in self.node.value:
            path = f"{self.path}.{key.value}" if self.path else str(key.value)
            here = _Field(key, self.name, path)
            if not isinstance(key, yaml.ScalarNode):
                raise _Field(key, self.name, self.path).error("a name is wanted, a list or a block was found")
            if key.value in fields:
                raise here.error("it is written twice")
            if key.value not in required | optional:
                known = ", ".join(sorted(required | optional))
                raise here.error(f"this name is not known; known here: {known}")
            fields[key.value] = _Field(value, self.name, path)
        for name in sorted(required - fields.keys()):
            raise self.error(f"`{name}` is missing")
        return fields

    def items(self, least: int = 0) -> list[_Field]:
        if not isinstance(self.node, yaml.SequenceNode):
            raise self.error("a list is wanted")
        if len(self.node.value) < least:
            raise self.error(f"at least {least} wanted, {len(self.node.value)} found")
        return [
            _Field(value, self.name, f"{self.path}[{index}]") for index, value in enumerate(self.node.value)
        ]

    def text(self) -> str:
        value = self.node.value.strip() if isinstance(self.node, yaml.ScalarNode) else ""
        if not value or self.node.tag == "tag:yaml.org,2002:null":
            raise self.error("a text is wanted")
        return " ".join(value.split("\n")) if "\n\n" not in value else value

    def number(self, least: float, most: float) -> float:
        try:
            value = float(self.node.value) if isinstance(self.node, yaml.ScalarNode) else float("nan")
        except ValueError:
            value = float("nan")
        if not least <= value <= most:
            raise self.error(f"a number from {least:g} to {most:g} is wanted")
        return value

    def truth(self) -> bool:
        if self.node.value not in ("true", "false"):
            raise self.error("true or false is wanted")
        return bool(self.node.value == "true")

    def one_of(self, allowed: tuple[str, ...]) -> str:
        value = self.text()
        if value not in allowed:
            raise self.error(f"one of {', '.join(allowed)} is wanted, not {value!r}")
        return value

    def texts(self, least: int = 0) -> tuple[str, ...]:
        return tuple(item.text() for item in self.items(least))


_JOB_REQUIRED = {
    "version",
    "language",
    "title",
    "company",
    "department",
    "description",
    "greeting",
    "closing",
    "practice_question",
    "sign_in",
    "assessed",
    "competencies",
    "stages",
}


def _job(field: _Field) -> Job:
    fields = field.mapping(_JOB_REQUIRED, {"measures"})
    competencies = _unique(fields["competencies"], _competency, lambda c: c.id)
    _add_up(fields["competencies"], [c.weight for c in competencies])
    known = {competency.id for competency in competencies}
    stages = _unique(fields["stages"], lambda item: _stage(item, known), lambda stage: stage.id)
    _check_questions(fields["stages"], stages, competencies)
    return Job(
        id=field.name,
        version=fields["version"].text(),
        language=cast(Language, fields["language"].one_of(get_args(Language))),
        title=fields["title"].text(),
        company=fields["company"].text(),
        department=fields["department"].text(),
        description=fields["description"].text(),
        greeting=fields["greeting"].text(),
        sign_in=cast(SignIn, fields["sign_in"].one_of(get_args(SignIn))),
        competencies=competencies,
        stages=stages,
        practice_question=fields["practice_question"].text(),
        closing=fields["closing"].text(),
        assessed=fields["assessed"].texts(1),
        measures=fields["measures"].texts() if "measures" in fields else (),
    )


def _competency(field: _Field) -> Competency:
    fields = field.mapping({"id", "title", "weight", "sub_dimensions"}, {"threshold", "is_delivery"})
    scales = _unique(fields["sub_dimensions"], _sub_dimension, lambda scale: scale.id)
    _add_up(fields["sub_dimensions"], [scale.weight for scale in scales])
    return Competency(
        id=fields["id"].text(),
        title=fields["title"].text(),
        weight=fields["weight"].number(0.1, 100),
        sub_dimensions=scales,
        threshold=fields["threshold"].number(0, 10) if "threshold" in fields else None,
        is_delivery=fields["is_delivery"].truth() if "is_delivery" in fields else False,
    )


def _sub_dimension(field: _Field) -> SubDimension:
    fields = field.mapping({"id", "title", "weight", "anchors"}, {"looks_at"})
    anchors = fields["anchors"].texts(5)
    if len(anchors) != 5:
        raise fields["anchors"].error("five anchors are wanted, for the levels 1 to 5")
    looks_at = fields["looks_at"].items() if "looks_at" in fields else []
    return SubDimension(
        id=fields["id"].text(),
        title=fields["title"].text(),
        weight=fields["weight"].number(0.1, 100),
        anchors=(anchors[0], anchors[1], anchors[2], anchors[3], anchors[4]),
        looks_at=tuple(item.one_of(get_args(EvidenceKind)) for item in looks_at),
    )


def _stage(field: _Field, competencies: set[str]) -> Stage:
    fields = field.mapping({"id", "title", "questions"}, set())
    questions = _unique(fields["questions"], lambda item: _question(item, competencies), lambda q: q.id)
    return Stage(fields["id"].text(), fields["title"].text(), questions)


def _question(field: _Field, competencies: set[str]) -> Question:
    fields = field.mapping(
        {"id", "kind", "text", "competencies", "think_s", "answer_s", "follow_ups"},
        {"rephrased", "deeper", "expected_points"},
    )
    assessed = fields["competencies"].items()
    for item in assessed:
        item.one_of(tuple(sorted(competencies)))
    points = (
        _unique(fields["expected_points"], _expected_point, lambda point: point.id, least=0)
        if "expected_points" in fields
        else ()
    )
    return Question(
        id=fields["id"].text(),
        text=fields["text"].text(),
        kind=cast(QuestionKind, fields["kind"].one_of(get_args(QuestionKind))),
        competencies=tuple(item.text() for item in assessed),
        think_ms=round(1000 * fields["think_s"].number(0, 600)),
        answer_ms=round(1000 * fields["answer_s"].number(10, 1800)),
        follow_up_budget=int(fields["follow_ups"].number(0, 5)),
        rephrased=fields["rephrased"].text() if "rephrased" in fields else None,
        deeper=fields["deeper"].text() if "deeper" in fields else None,
        expected_points=points,
    )


def _expected_point(field: _Field) -> ExpectedPoint:
    fields = field.mapping({"id", "text"}, {"synonyms", "probe", "told_as"})
    return ExpectedPoint(
        id=fields["id"].text(),
        text=fields["text"].text(),
        synonyms=fields["synonyms"].texts() if "synonyms" in fields else (),
        probe=fields["probe"].text() if "probe" in fields else None,
        told_as=fields["told_as"].texts() if "told_as" in fields else (),
    )


def _unique(
    field: _Field, read: Callable[[_Field], Item], identity: Callable[[Item], str], least: int = 1
) -> tuple[Item, ...]:
    items: list[Item] = []
    for entry in field.items(least):
        item = read(entry)
        if identity(item) in {identity(earlier) for earlier in items}:
            raise entry.error(f"the id {identity(item)!r} is used twice")
        items.append(item)
    return tuple(items)


def _add_up(field: _Field, weights: list[float]) -> None:
    if abs(sum(weights) - 100) > 0.001:
        raise field.error(f"the weights add up to {sum(weights):g}, not to 100")


def _check_questions(field: _Field, stages: tuple[Stage, ...], competencies: tuple[Competency, ...]) -> None:
    seen: set[str] = set()
    asked: set[str] = set()
    for question in _questions(stages):
        if question.id in seen:
            raise field.error(f"the question id {question.id!r} is used twice")
        seen.add(question.id)
        asked.update(question.competencies)
    for competency in competencies:
        if competency.id not in asked:
            raise field.error(f"no question asks for the competency {competency.id!r}")


def _questions(stages: tuple[Stage, ...]) -> Iterator[Question]:
    for stage in stages:
        yield from stage.questions
