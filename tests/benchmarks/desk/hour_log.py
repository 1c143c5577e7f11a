"""The log of an hour's interview, every kind of event that a desk gets, as often as a real one brings them.

Pure: the same seed makes the same log. Times are session milliseconds; nothing here is a measurement.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from media_pipeline import events as ev
from scoring.job import Job
from server.conductor.script import ScriptQuestion, script_of

MINUTE_MS = 60_000
PARTIAL_EVERY_MS = 400
DELIVERY_EVERY_MS = 2_000
PEOPLE = (("ivan", "Ivan Petrov"), ("mei", "Mei Chen"), ("oskar", "Oskar"))
PIECES = (
    "our packing line stopped twice a week",
    "I measured every stop for two weeks",
    "the sensor on the second belt was dirty",
    "we changed the cleaning plan of the night shift",
    "I showed the figures to the plant manager",
    "the other department did not agree at first",
    "so we tried it on one line for a month",
    "the scrap went down by nine per cent",
    "I trained four operators myself",
    "and in the end it became the standard for all lines",
)
KINDS: tuple[ev.FollowUpKind, ...] = ("quantify", "own_role", "missing_star", "clarify", "deepen")
OBSERVATIONS: tuple[ev.ObservationKind, ...] = ("looking_away", "backlit", "off_centre", "no_face", "blurred")
Timed = tuple[int, ev.Event]


@dataclass
class _Hour:
    """Builds the log question by question."""

    job: Job
    minutes: int
    dice: Random
    made: list[Timed] = field(default_factory=list)
    now_ms: int = 0
    utterances: int = 0
    follow_ups: int = 0

    def add(self, event: ev.Event, after_ms: int = 0) -> None:
        self.now_ms += after_ms
        self.made.append((self.now_ms, event))

    def begin(self) -> None:
        self.add(ev.InterviewCreated("hour", self.job.id, "1", "en", "video", "standard"))
        self.add(ev.InterviewOpened(1_795_000_000_000))
        for person, name in PEOPLE:
            self.add(ev.PanelJoined(person, name), 200)
        self.add(ev.ControlPassed("ivan", "ivan", "first"))
        self.add(ev.CandidateSignedIn("Ada Lindqvist"), 2_000)
        for channel in ("control", "media"):
            self.add(ev.ConnectionChanged("connected", channel, f"{channel}-1"), 500)
        self.add(ev.RecordingChanged("started", 1))

    def question(self, question: ScriptQuestion, index: int, total: int, until_ms: int) -> None:
        self.add(ev.StageEntered(question.stage, question.stage_title), 500)
        asked = ev.QuestionAsked(
            question.id, question.text, index, total, question.think_ms, question.answer_ms
        )
        self.add(asked, 500)
        self.speak(f"question:{question.id}", question.text)
        self.add(ev.ThinkingStarted(question.id, self.now_ms + question.think_ms))
        self.add(ev.HelpAsked("May I answer with an example from my first job?"), 4_000)
        self.add(ev.HelpAnswered("Yes: any example of your own will do.", "Experience in production"), 900)
        self.add(ev.AnswerStarted(question.id, "spoke"), 6_000)
        self.add(ev.HoldStarted(question.id, "speech", self.now_ms + 60_000), 2_000)
        self.add(ev.HoldEnded(question.id, "spoke"), 8_000)
        quotes: list[ev.Quote] = []
        while self.now_ms < until_ms - 8_000:
            final = self.utterance(question.id)
            quotes.append(ev.Quote(final.text[:90], final.start_ms, final.end_ms, question.id))
            self.judged(question.id, quotes)
            self.now_ms += self.dice.randint(500, 3_500)
        self.add(ev.GuardRailReached(question.id, "reached"))
        self.add(ev.AnswerEnded(question.id, "done_button"), 1_000)

    def speak(self, utterance: str, text: str) -> None:
        self.add(ev.SpeechOutStarted(utterance, text, "server"), 150)
        took_ms = 60 * len(text)
        self.add(ev.SpeechOutEnded(utterance, "finished", took_ms), took_ms)

    def utterance(self, question: str) -> ev.TranscriptFinal:
        """Words that grow, and become final about half a second after they end."""
        self.utterances += 1
        pieces = self.dice.sample(PIECES, self.dice.randint(1, 3))
        words = f"{', '.join(pieces)} ({self.utterances})".split()
        start_ms, each_ms, name = self.now_ms, 390, f"u{self.utterances}"
        self.add(ev.SpeechStarted(start_ms), 60)
        length_ms = each_ms * len(words)
        for at in range(900, length_ms, PARTIAL_EVERY_MS):
            heard = at // each_ms
            committed, tentative = (
                " ".join(words[: max(0, heard - 3)]),
                " ".join(words[max(0, heard - 3) : heard]),
            )
            partial = ev.TranscriptPartial(name, committed, tentative, start_ms, start_ms + at)
            self.made.append((start_ms + at + 300, partial))
        self.now_ms = start_ms + length_ms
        self.add(ev.SpeechEnded(self.now_ms), 450)
        self.add(ev.TurnAssessed(0.6, 450, self.now_ms - 450), 60)
        timed = tuple(
            ev.Word(word, start_ms + each_ms * place, start_ms + each_ms * (place + 1))
            for place, word in enumerate(words)
        )
        text = " ".join(words)
        final = ev.TranscriptFinal(
            name, "candidate", "speech", text, start_ms, start_ms + length_ms, timed, question
        )
        self.add(final, 90)
        return final

    def judged(self, question: str, quotes: list[ev.Quote]) -> None:
        if self.utterances % 3 == 0:
            competency = self.job.competencies[self.dice.randrange(len(self.job.competencies))]
            levels = tuple(
                ev.ProposedLevel(scale.id, round(self.dice.uniform(2, 4.5), 1))
                for scale in competency.sub_dimensions
            )
            score = ev.ScoreProposed(
                competency.id,
                round(self.dice.uniform(4, 8), 1),
                round(min(0.9, 0.2 + 0.02 * len(quotes)), 2),
                tuple(quotes[-6:]),
                "Cause found by own measurement; result quantified.",
                levels,
            )
            self.add(score, 20)
            covered = ("situation", "action", "task", "result")[: 1 + self.utterances % 4]
            self.add(ev.CoverageChanged(question, covered, ("result in numbers",)), 5)
        if self.utterances % 5 == 0:
            self.suggested(question, quotes[-1])

    def suggested(self, question: str, quote: ev.Quote) -> None:
        """Proposed after every fifth utterance; every eighth of them is asked, the others are overtaken."""
        self.follow_ups += 1
        name = f"{question}-f{self.follow_ups}"
        kind = KINDS[self.follow_ups % len(KINDS)]
        text = f"You said “{quote.text[:40]}”. By how much did that change it? ({self.follow_ups})"
        reason = "A result is claimed without a number."
        proposed = ev.FollowUpProposed(
            name, question, kind, text, quote.text, quote.start_ms, quote.end_ms, reason, (text + "!",)
        )
        self.add(proposed, 30)
        if self.follow_ups % 8 == 0:
            asked = ev.FollowUpAsked(name, question, kind, text, quote.text, "interviewer", reason, 1)
            self.add(asked, 4_000)
            self.speak(f"follow_up:{name}", text)
        else:
            self.made.append((self.now_ms + 9_000, ev.FollowUpWithdrawn(name, "answered_meanwhile")))

    # --- what goes on beside the conversation ------------------------------------------------------

    def beside(self) -> Iterator[Timed]:
        end_ms = self.minutes * MINUTE_MS
        for at in range(10_000, end_ms, DELIVERY_EVERY_MS):
            yield at, self._delivery(at)
        for number, at in enumerate(range(20_000, end_ms, 15_000)):
            kind = OBSERVATIONS[number // 2 % len(OBSERVATIONS)]
            yield at, ev.ObservationChanged(kind, number % 2 == 0, at)
        for number, at in enumerate(range(30_000, end_ms, 60_000)):
            by = PEOPLE[number % 3][0]
            yield at, ev.PanelMessage(by, f"Ask about the figures, number {number}.")
            yield at + 20_000, ev.BookmarkSet(f"b{number}", by, at + 19_500, f"moment {number}")
            if number % 2 == 0:
                yield at + 40_000, ev.NoteAdded(by, f"Measured first, then changed ({number}).", at + 30_000)
        scales = [(one.id, scale.id) for one in self.job.competencies for scale in one.sub_dimensions]
        for number, (competency, scale) in enumerate(scales):
            given = ev.LevelGiven(competency, scale, 2 + number % 3, "ivan", "as the quotes show")
            yield 300_000 + 150_000 * number, given
        for at in range(900_000, end_ms, 900_000):
            yield at, ev.ConnectionChanged("lost", "media", "media-1")
            yield at + 1, ev.PartDegraded("media", "missing")
            yield at + 6_000, ev.ConnectionChanged("resumed", "media", "media-2")
            yield at + 6_001, ev.PartDegraded("media", "ok")
            yield at + 60_000, ev.MicrophoneChanged(True, "ivan", "m1", name="Ivan Petrov")
            yield at + 72_000, ev.MicrophoneChanged(False, "ivan", "m1", name="Ivan Petrov")
            yield at + 120_000, ev.InterviewPaused("interviewer")
            yield at + 130_000, ev.InterviewResumed("interviewer")
            yield at + 200_000, ev.AutopilotChanged(at % 1_800_000 == 0, "ivan")

    def _delivery(self, at_ms: int) -> ev.DeliveryMeasured:
        return ev.DeliveryMeasured(
            pace=120 + self.dice.uniform(-25, 35),
            pace_unit="words_per_minute",
            pace_baseline=132.0,
            pause_share=self.dice.uniform(0.1, 0.4),
            longest_pause_ms=self.dice.randint(400, 2_500),
            volume_dbfs=-28 + self.dice.uniform(-5, 5),
            volume_baseline_dbfs=-27.5,
            clipping_share=0.0,
            talk_share=0.6 + self.dice.uniform(-0.1, 0.1),
            reaction_ms=1_240,
            answer_ms=at_ms % 700_000,
            fillers_per_minute=3.0,
        )


def hour_log(job: Job, minutes: int = 60, seed: int = 11) -> list[ev.Record]:
    """The records of ``minutes`` of interview, in order, as the owner of the log would have written them."""
    hour = _Hour(job, minutes, Random(seed))
    hour.begin()
    questions = script_of(job).questions
    for place, question in enumerate(questions):
        until_ms = minutes * MINUTE_MS * (place + 1) // len(questions)
        hour.question(question, place + 1, len(questions), until_ms)
    timed = sorted([*hour.made, *hour.beside()], key=lambda one: one[0])
    return [ev.Record(seq, at_ms, event) for seq, (at_ms, event) in enumerate(timed, start=1)]


def faces_and_levels(from_ms: int, to_ms: int) -> Iterator[dict[str, object]]:
    """The live values of that time: a face four times a second, a level five times."""
    for at in range(from_ms - from_ms % 250 + 250, to_ms + 1, 250):
        left = 0.4 + 0.05 * ((at // 250) % 7 - 3) / 3
        face = {
            "faces": 1,
            "box": [left, 0.2, 0.2, 0.4],
            "brightness": 120 + at // 250 % 9,
            "sharpness": 50.0,
        }
        yield {"type": "live", "face": face}
    for at in range(from_ms - from_ms % 200 + 200, to_ms + 1, 200):
        yield {"type": "live", "level_dbfs": -35 - at // 200 % 12, "speaking": at % 8_000 < 5_000}
