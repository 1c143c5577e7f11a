"""A scripted interview in virtual time: say what happens when, read what was decided when."""

from __future__ import annotations

from collections.abc import Sequence

from media_pipeline import events as ev
from server.conductor import inputs as ip
from server.conductor.decide import decide
from server.conductor.evolve import evolve
from server.conductor.moments import next_deadline
from server.conductor.script import ConductorOptions, Script, ScriptQuestion
from server.conductor.state import InterviewState
from server.live.effects import Speak, effects

SPEAKING_MS = 2_000
"""How long the interviewer's voice takes for anything it says."""


def question(
    number: int, *, think_ms: int = 60_000, answer_ms: int = 180_000, budget: int = 2
) -> ScriptQuestion:
    return ScriptQuestion(
        id=f"q{number}", text=f"Question {number}?", rephrased=f"In other words, {number}?",
        stage="structured", stage_title="Structured questions", think_ms=think_ms,
        answer_ms=answer_ms, follow_up_budget=budget,
    )  # fmt: skip


def script(language: ev.Language = "en", questions: int = 2, **limits: int) -> Script:
    practice = question(0, think_ms=0, answer_ms=60_000, budget=0)
    practice = ScriptQuestion(**{**{f: getattr(practice, f) for f in practice.__slots__}, "id": "practice"})
    return Script(
        language,
        "Welcome.",
        "We will write.",
        tuple(question(n + 1, **limits) for n in range(questions)),
        practice,
    )


class Timeline:
    """The live interview without a loop: virtual time, a voice that takes ``SPEAKING_MS``."""

    def __init__(self, plan: Script | None = None, options: ConductorOptions | None = None) -> None:
        self.script = plan or script()
        self.options = options or ConductorOptions()
        self.now = 0
        self.state = InterviewState()
        self.log: list[ev.Record] = []
        self._voice: list[tuple[int, str]] = []
        self._utterances = 0
        self.emit(ev.InterviewCreated("i1", "job.en", "1", self.script.language, "video", "standard"))
        self.emit(ev.ConnectionChanged("connected", "control", "c1"))
        self.emit(ev.ConnectionChanged("connected", "media", "m1"))

    # --- time ---------------------------------------------------------------

    def advance(self, ms: int) -> None:
        """Let ``ms`` pass; deadlines and the voice's ends come in their order."""
        until = self.now + ms
        while True:
            deadline = next_deadline(self.script, self.state, self.options)
            voice = self._voice[0][0] if self._voice else None
            nexts = [at for at in (deadline, voice) if at is not None and at <= until]
            if not nexts:
                break
            self.now = max(self.now, min(nexts))
            if voice is not None and voice <= self.now:
                _, utterance = self._voice.pop(0)
                if self.state.speaking is None or self.state.speaking.utterance == utterance:
                    self.emit(ev.SpeechOutEnded(utterance, "finished", SPEAKING_MS))
                continue
            self._append_all(decide(self.script, self.state, ip.TimePassed(), self.now, self.options))
        self.now = until

    # --- what happens ---------------------------------------------------------

    def emit(self, event: ev.Event) -> None:
        self._append_all((event,))

    def give(self, given: ip.Input) -> None:
        self._append_all(decide(self.script, self.state, given, self.now, self.options))

    def command(self, name: ip.CandidateCommandName) -> None:
        self.give(ip.CandidateCommand(name))

    def say(
        self, text: str, *, lasts_ms: int = 3_000, turn: float | None = 0.95, source: str = "speech"
    ) -> None:
        """The candidate speaks for ``lasts_ms``; the final comes 400 ms after the end."""
        start = self.now
        self._utterances += 1
        utterance = f"u{self._utterances}"
        if source == "text":
            self._final(utterance, text, start, "text")
            return
        self.emit(ev.SpeechStarted(start))
        self.advance(min(1_000, lasts_ms))
        self.emit(ev.TranscriptPartial(utterance, "", text, start, self.now))
        self.advance(max(0, lasts_ms - 1_000))
        end = self.now
        self.emit(ev.SpeechEnded(end))
        self.advance(300)
        if turn is not None:
            self.emit(ev.TurnAssessed(turn, 300, end))
        self.advance(100)
        self._final(utterance, text, start, "speech", end)

    def _final(self, utterance: str, text: str, start: int, source: str, end: int | None = None) -> None:
        question = self.state.question_at(start)
        final = ev.TranscriptFinal(utterance, "candidate", source, text, start, end or self.now, (), question)  # type: ignore[arg-type]
        self.emit(final)

    def propose(
        self,
        name: str = "f1",
        quote: str = "optimised the production process",
        kind: ev.FollowUpKind = "quantify",
        moment: ev.FollowUpMoment = "clause",
    ) -> None:
        current = self.state.current
        assert current is not None
        self.emit(
            ev.FollowUpProposed(
                name,
                current.question,
                kind,
                f"You mentioned you {quote}. How much?",
                quote,
                0,
                1,
                "no number",
                moment=moment,
            )
        )

    def begin_answer(self) -> None:
        """Start, let the greeting and question be spoken, skip thinking."""
        self.command("start")
        self.advance(2 * SPEAKING_MS + 10)
        self.command("skip_thinking")

    # --- reading ----------------------------------------------------------------

    def events(self, kind: type[ev.Event]) -> list[ev.Event]:
        return [record.event for record in self.log if isinstance(record.event, kind)]

    def at(self, kind: type[ev.Event]) -> int:
        """When the newest event of ``kind`` was written."""
        return next(record.at_ms for record in reversed(self.log) if isinstance(record.event, kind))

    def _append_all(self, first: Sequence[ev.Event], cause: int | None = None) -> None:
        waiting: list[tuple[ev.Event, int | None]] = [(event, cause) for event in first]
        while waiting:
            event, because = waiting.pop(0)
            record = ev.Record(len(self.log) + 1, self.now, event, because)
            self.log.append(record)
            self.state = evolve(self.state, record)
            for effect in effects(self.script, self.state, record):
                if isinstance(effect, Speak):
                    begin = max(self.now, self._voice[-1][0] if self._voice else 0)
                    self._voice.append((begin + SPEAKING_MS, effect.utterance))
                    if begin == self.now:
                        waiting.append(
                            (ev.SpeechOutStarted(effect.utterance, effect.text, "server"), record.seq)
                        )
            reactions = decide(self.script, self.state, ip.Happened(record), self.now, self.options)
            waiting.extend((reaction, record.seq) for reaction in reactions)
