"""What the interviewer's desk points at while an answer is open. Pure; a view of the state, not in the log.

Content comes from ``scoring.prompts``. The pace hint is added here, because scoring cannot see delivery:
a ready-made line against the person's own baseline, only where the policy is ``standard``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scoring.prompts import Prompt, PromptOptions, ShownPrompt, choose
from server.conductor.script import ConductorOptions
from server.conductor.state import InterviewState

PACE_PERCENT = 30
"""How far above the person's own baseline the pace must be for a hint."""
POLICY_WITH_HINTS = "standard"
DEFAULTS = PromptOptions()


@dataclass(frozen=True, slots=True)
class DeskPrompts:
    """The prompts in view for the answer to ``question``, and when each was first shown."""

    question: str | None = None
    prompts: tuple[Prompt, ...] = ()
    shown: tuple[ShownPrompt, ...] = ()

    def of(self, state: InterviewState) -> tuple[Prompt, ...]:
        """Those that still concern the open answer."""
        current = state.current
        open_now = current is not None and current.question == self.question and state.phase == "answering"
        return self.prompts if open_now else ()


def answering_ms(state: InterviewState, now_ms: int, options: ConductorOptions) -> int:
    """How much of the answer's time is used; with extra time it runs slower by as much."""
    current = state.current
    if current is None or current.answer_started_at_ms is None:
        return 0
    elapsed = max(0, now_ms - current.answer_started_at_ms)
    return int(elapsed / options.extra_time_factor) if state.extra_time else elapsed


def look_again_ms(
    state: InterviewState,
    view: DeskPrompts,
    now_ms: int,
    options: PromptOptions = DEFAULTS,
) -> int | None:
    """Session ms at which the prompts may change although nothing new is said; None: not before it is.

    Half of the answer's time (missing things are named), all of it, and the end of each rest.
    """
    current = state.current
    if current is None or current.answer_started_at_ms is None or state.phase != "answering" or state.paused:
        return None
    planned = current.answer_ms  # already with this candidate's extra time
    begun = current.answer_started_at_ms
    times = [begun + planned // 2, begun + planned]
    for shown in view.shown:
        times += [shown.at_ms + options.stays_ms, shown.at_ms + options.kind_rest_ms]
    return min((at + 1 for at in times if at >= now_ms), default=None)


def pace_hints(state: InterviewState, question: str) -> tuple[Prompt, ...]:
    """At most one hint: speaking clearly faster than the same person did before."""
    measured = state.delivery
    if state.policy != POLICY_WITH_HINTS or measured is None:
        return ()
    if not measured.pace or not measured.pace_baseline:
        return ()
    above = round(100 * (measured.pace / measured.pace_baseline - 1))
    if above < PACE_PERCENT:
        return ()
    above -= above % 10  # in steps of ten per cent: a line that keeps changing is not read
    text = (
        f"语速比本人基线快{above}%，仅供交谈参考"
        if state.language == "zh"
        else f"Pace {above}% above their own baseline; for the conversation only"
    )
    return (Prompt(f"pace:{question}", "hint", text, urgency=0.2),)


def next_prompts(
    before: DeskPrompts,
    question: str | None,
    candidates: Sequence[Prompt],
    now_ms: int,
    options: PromptOptions = DEFAULTS,
) -> DeskPrompts:
    """What is in view now: what still holds stays in its place, new ones come last, at most ``most``.

    One that has been overtaken (the number was said after all) goes at once; it still rests like one
    that was shown, so nothing flickers. Of too many the oldest gives way.
    """
    if question is None:
        return DeskPrompts(None, (), before.shown)
    holding = {prompt.key: prompt for prompt in candidates}
    kept = [holding[prompt.key] for prompt in before.prompts if prompt.key in holding]
    in_view = {prompt.key for prompt in kept}
    fresh = choose([p for p in candidates if p.key not in in_view], before.shown, now_ms, options)
    newest = (*kept, *fresh)[-options.most :]
    recent = [item for item in before.shown if now_ms - item.at_ms < options.key_rest_ms]
    shown = (*recent, *(ShownPrompt(prompt.key, prompt.kind, now_ms) for prompt in fresh))
    return DeskPrompts(question, newest, shown)
