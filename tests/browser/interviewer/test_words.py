"""The word lists of the interviewer's pages, read as they stand."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path
from typing import get_args, get_type_hints

import media_pipeline
import server
from media_pipeline import events as ev
from media_pipeline.errors import VivaError
from server.conductor.state import Phase
from server.http.problems import _HTTP_CODES
from server.refusals import SENTENCES, DeskReason

INTERVIEWER = Path(__file__).resolve().parents[3] / "static_client" / "interviewer"


def keys_by_file() -> dict[str, list[str]]:
    """The keys of each word list, in the order they stand."""
    found = {}
    for path in sorted((INTERVIEWER / "words").glob("*.js")):
        source = path.read_text(encoding="utf-8").split("const zh", 1)[0]
        found[path.stem] = re.findall(r'^  "([^"]+)":', source, re.MULTILINE)
    return found


def word_keys() -> set[str]:
    return {key for keys in keys_by_file().values() for key in keys}


def test_a_word_stands_in_one_list_and_every_list_is_used() -> None:
    lists = keys_by_file()
    assert sorted(key for keys in lists.values() for key in keys) == sorted(word_keys())
    joined = (INTERVIEWER / "words.js").read_text(encoding="utf-8")
    assert {name for name in lists if f"...{name}.en" in joined and f"...{name}.zh" in joined} == set(lists)


def literals(event: type[ev.Event], field: str) -> tuple[str, ...]:
    return get_args(get_type_hints(event)[field])


def test_everything_an_event_can_say_has_words() -> None:
    wanted = {f"observation.{kind}" for kind in literals(ev.ObservationChanged, "kind")}
    wanted |= {f"prompts.kind.{kind}" for kind in literals(ev.FollowUpProposed, "kind")}
    wanted |= {f"prompts.withdrawn.{reason}" for reason in literals(ev.FollowUpWithdrawn, "reason")}
    wanted |= {f"mode.{mode}" for mode in literals(ev.ModeChanged, "mode")}
    wanted |= {f"mark.mode.{mode}" for mode in literals(ev.ModeChanged, "mode")}
    wanted |= {f"mark.answer_ended.{reason}" for reason in literals(ev.AnswerEnded, "reason")}
    wanted |= {f"mark.ended.{reason}" for reason in literals(ev.InterviewEnded, "reason")}
    wanted |= {f"mark.paused.{actor}" for actor in literals(ev.InterviewPaused, "by")}
    wanted |= {f"mark.presence.{state}" for state in literals(ev.PresenceChanged, "state")}
    wanted |= {f"mark.accommodation.{kind}" for kind in literals(ev.AccommodationChosen, "kind")}
    wanted |= {f"mark.guard_rail.{level}" for level in literals(ev.GuardRailReached, "level")}
    wanted |= {
        f"mark.connection.{channel}.{state}"
        for channel in literals(ev.ConnectionChanged, "channel")
        for state in literals(ev.ConnectionChanged, "state")
        if state != "connected"
    }
    wanted |= {
        f"mark.consent.{purpose}.{change}"
        for purpose in literals(ev.ConsentRecorded, "purpose")
        for change in ("given", "withdrawn")
    }
    wanted |= {
        f"mark.part.{part}.{state}"
        for part in literals(ev.PartDegraded, "part")
        for state in literals(ev.PartDegraded, "state")
    }
    wanted |= {f"phase.{phase}" for phase in (*get_args(Phase), "paused")}
    assert wanted - word_keys() == set()


def error_codes() -> set[str]:
    """Every code that a problem may have on the wire: of the whole exception tree and of HTTP itself."""
    for package in (server, media_pipeline):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.startswith(("server.cli", "server.store.migrations")):
                importlib.import_module(module.name)

    def below(kind: type[VivaError]) -> set[type[VivaError]]:
        return {kind}.union(*map(below, kind.__subclasses__()))

    told = {kind.code for kind in below(VivaError) if kind.status < 500 or kind.status == 503}
    return told | set(_HTTP_CODES.values()) | {"http", "internal"}


def test_every_problem_the_server_can_send_has_words_in_both_languages() -> None:
    wanted = {f"problem.{code}" for code in error_codes()}
    wanted |= {f"refusal.{reason}" for reason in get_args(DeskReason)}
    wanted |= {f"part.why.{detail}" for detail in get_args(ev.PartDetail) if detail}
    # The page's own: the line to the server is gone.
    wanted |= {f"problem.{code}" for code in ("unreachable", "not_connected", "connection_lost", "timeout")}
    assert wanted - word_keys() == set()
    for both in problem_words().values():
        assert len(both) == 2, "words in one language only"


def test_a_sentence_fills_in_the_same_values_in_every_language() -> None:
    for reason, sentence in SENTENCES.items():
        if reason in get_args(DeskReason):
            for words in problem_words()[f"refusal.{reason}"]:
                assert fillings(words) == fillings(sentence), reason


def problem_words() -> dict[str, list[str]]:
    source = (INTERVIEWER / "words" / "problems.js").read_text(encoding="utf-8")
    found: dict[str, list[str]] = {}
    for key, words in re.findall(r'^  "([^"]+)": "([^"]*)"', source, re.MULTILINE):
        found.setdefault(key, []).append(words)
    return found


def fillings(sentence: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", sentence))


def test_the_pages_never_show_a_sentence_of_the_server() -> None:
    """Its titles and details are in one language; the pages have words for its codes."""
    shown = re.compile(r"\b(?:problem|error|refusal)\.(?:message|title|detail)\b")
    guilty = {
        path.name
        for folder in ("interviewer", "candidate")
        for path in (INTERVIEWER.parent / folder).rglob("*.js")
        if shown.search(path.read_text(encoding="utf-8"))
    }
    assert guilty == set()


def test_no_word_is_kept_that_nobody_uses() -> None:
    source = "\n".join(
        path.read_text(encoding="utf-8") for path in INTERVIEWER.rglob("*.js") if path.parent.name != "words"
    )
    built = tuple(re.findall(r"`((?:[a-z_]+\.)+)\$\{", source))
    unused = {key for key in word_keys() if f'"{key}"' not in source and not key.startswith(built)}
    assert unused == set()
