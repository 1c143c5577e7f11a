"""From the interview's state to what scoring sees: words and times, nothing else."""

from __future__ import annotations

from media_pipeline import events as ev
from scoring.transcript import Transcript, Utterance, Word
from server.conductor.script import PRACTICE
from server.conductor.state import InterviewState
from server.consent import NEEDED


def transcript_of(state: InterviewState, with_partial: bool = True) -> Transcript:
    """The candidate's and interviewer's words of this interview, practice and given-up attempts left out.

    With ``with_partial`` the committed words of the utterance that is still being spoken stand at the
    end, marked as incomplete. Nothing, where the candidate has withdrawn what the interview needs.
    """
    if any(state.consents.get(purpose) is False for purpose in NEEDED):
        return Transcript(state.language, ())
    utterances = [
        _utterance(final, final.question)
        for question in _questions(state)
        for final in state.answer(question)
        if not final.overlap
    ]
    utterances.sort(key=lambda utterance: utterance.start_ms)
    partial = state.partial if with_partial else None
    current = state.current
    if partial is not None and partial.committed and current is not None and current.question != PRACTICE:
        utterances.append(
            Utterance(
                question=current.question,
                start_ms=partial.start_ms,
                end_ms=partial.end_ms,
                text=partial.committed.strip(),
                complete=False,
            )
        )
    return Transcript(state.language, tuple(utterances))


def _questions(state: InterviewState) -> list[str]:
    return list(dict.fromkeys(asked.question for asked in state.asked if asked.question != PRACTICE))


def _utterance(final: ev.TranscriptFinal, question: str | None) -> Utterance:
    return Utterance(
        question=question,
        start_ms=final.start_ms,
        end_ms=final.end_ms,
        text=final.text,
        speaker=final.speaker,
        words=tuple(Word(word.text, word.start_ms, word.end_ms) for word in final.words),
    )
