"""What spoken Chinese shows."""

from __future__ import annotations

import pytest

from scoring.evidence import read_answer
from tests.scoring.helpers import SUPERVISOR_ZH, job, said


def kinds(answer: str) -> set[str]:
    where = job(SUPERVISOR_ZH)
    question = where.question("q2")
    assert question is not None
    return {item.kind for item in read_answer(where, question, said("q2", answer, language="zh")).evidence}


@pytest.mark.parametrize(
    "deed", ["我叫维修来看了一下", "我让供应商重做了一批", "我请质量部把首件再量一遍", "我催采购先送一半"]
)
def test_who_has_others_do_it_has_done_it(deed: str) -> None:
    assert {"action", "own_role"} <= kinds(f"冲床老是停。{deed}。")


@pytest.mark.parametrize("told", ["我叫李强", "领导叫我重启设备", "我想让他来", "我让他很生气"])
def test_names_feelings_and_orders_of_others_are_no_deeds(told: str) -> None:
    assert "action" not in kinds(f"冲床老是停。{told}。")
