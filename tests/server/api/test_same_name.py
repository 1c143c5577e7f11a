"""A candidate is not refused for the way their own name is typed; another's name is."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.job_file import shipped_jobs
from server.api.entry import IdentityError, SignIn, check_identity
from server.api.same_name import digits, end_of_phone, plain_id, plain_name
from server.store.seam import Candidate

JOB = shipped_jobs()["production-supervisor.en"]
LETTERS = st.characters(categories=("Lu", "Ll", "Lo", "Lt", "Mn"))


def signs_in(candidate: Candidate, sign_in: str = "phone", **typed: str) -> bool:
    try:
        check_identity(candidate, replace(JOB, sign_in=sign_in), SignIn(consents={}, **typed))  # type: ignore[arg-type]
    except IdentityError:
        return False
    return True


@pytest.mark.parametrize(
    ("invited", "typed"),
    [
        ("José Núñez", unicodedata.normalize("NFD", "José Núñez")),
        (unicodedata.normalize("NFD", "Zoë"), "ZOË"),
        ("买买提·吐尔逊", "买买提•吐尔逊"),
        ("买买提·吐尔逊", "买买提・吐尔逊"),
        ("买买提·吐尔逊", "买买提 吐尔逊"),
        ("Ada Lovelace", "Ａｄａ　Ｌｏｖｅｌａｃｅ"),
        ("Straße", "STRASSE"),
        ("J. R. Smith", "JR Smith"),
        ("Ada Lovelace", "\ufeffAda\u200bLovelace"),
    ],
)
def test_one_name_typed_in_many_ways(invited: str, typed: str) -> None:
    assert signs_in(Candidate(invited), name=typed)


@pytest.mark.parametrize("typed", ["Jose Nunez", "José", "Nunez José", "", "·"])
def test_another_name_is_refused(typed: str) -> None:
    assert not signs_in(Candidate("José Núñez"), name=typed)


def test_a_name_of_dots_alone_is_still_compared() -> None:
    assert not signs_in(Candidate("·"), name="Anybody")


@pytest.mark.parametrize("typed", ["１３８０００００１２３", "+86 138-0000-0123", "١٣٨٠٠٠٠٠١٢٣"])
def test_a_number_in_any_digits(typed: str) -> None:
    assert signs_in(Candidate("Ada", phone="13800000123"), name="Ada", phone=typed)
    assert not signs_in(Candidate("Ada", phone="13800000124"), name="Ada", phone=typed)


def test_the_end_of_an_identity_document() -> None:
    assert signs_in(Candidate("Ada", id4="123X"), "id4", name="Ada", id4="１２３ｘ")
    assert not signs_in(Candidate("Ada", id4="123X"), "id4", name="Ada", id4="1234")
    assert plain_id("12 3x") == "123x"


@given(st.text(LETTERS, min_size=1, max_size=30), st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]))
def test_no_normal_form_and_no_case_makes_another_name(name: str, form: str) -> None:
    other = unicodedata.normalize(form, name)  # type: ignore[arg-type]
    assert plain_name(other) == plain_name(name) == plain_name(name.casefold())


@given(st.text(st.characters(categories=("Lu", "Ll", "Lo")), min_size=1, max_size=20), st.data())
def test_blanks_and_dots_part_a_name_and_do_not_change_it(name: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(name)))
    between = data.draw(st.sampled_from([" ", "\u3000", "·", "•", "・", "\u200b", "."]))
    assert plain_name(name[:at] + between + name[at:]) == plain_name(name)


@given(st.text(st.characters(categories=["Nd"]), min_size=8, max_size=15))
def test_digits_count_by_their_value(number: str) -> None:
    plain = "".join(str(unicodedata.digit(one)) for one in number)
    assert digits(number) == plain and end_of_phone(number) == plain[-8:]
