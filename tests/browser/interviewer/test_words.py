"""The word lists of the interviewer's pages, read as they stand."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args, get_type_hints

from media_pipeline import events as ev
from server.conductor.state import Phase

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


def test_no_word_is_kept_that_nobody_uses() -> None:
    source = "\n".join(
        path.read_text(encoding="utf-8") for path in INTERVIEWER.rglob("*.js") if path.parent.name != "words"
    )
    built = tuple(re.findall(r"`((?:[a-z_]+\.)+)\$\{", source))
    unused = {key for key in word_keys() if f'"{key}"' not in source and not key.startswith(built)}
    assert unused == set()
