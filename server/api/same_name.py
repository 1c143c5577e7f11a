"""Whether a name and a number are those of the invitation, however they were typed. Pure.

One name is typed in many ways: composed or not (José), full-width (Ａｄａ), with any of the dots that part
the names of many peoples in Chinese (买买提·吐尔逊), with or without blanks, in any case.
"""

from __future__ import annotations

import hmac
import unicodedata
from collections.abc import Iterable
from typing import Final, Literal

MIDDLE_DOTS: Final = frozenset("·•‧∙⋅・･．⸱᛫.。｡")
"""GB 18030 has ·; keyboards, input methods and forms make the others of it, some type a full stop."""


def plain_name(name: str) -> str:
    """The name as it is compared: Unicode's compatibility caseless form (The Unicode Standard, D146)."""
    text = name
    forms: tuple[Literal["NFD", "NFKC"], ...] = ("NFD", "NFKC", "NFKC")
    for form in forms:  # folding can take letters apart that must be put together again
        text = unicodedata.normalize(form, text).casefold()
    text = unicodedata.normalize("NFKC", text)
    kept = (one for one in text if not one.isspace() and one not in MIDDLE_DOTS)
    return "".join(one for one in kept if unicodedata.category(one) != "Cf") or text


def digits(number: str) -> str:
    """The number's digits as 0–9, whatever digits it was typed in."""
    found = (unicodedata.digit(character, None) for character in number)
    return "".join(str(digit) for digit in found if digit is not None)


def end_of_phone(phone: str) -> str:
    """The last eight digits: prefixes and blanks are written in many ways."""
    return digits(phone)[-8:]


def plain_id(end: str) -> str:
    """The last characters of an identity document: digits, and in China an X."""
    return "".join(unicodedata.normalize("NFKC", end).split()).casefold()


def all_match(pairs: Iterable[tuple[str, str]]) -> bool:
    """Whether each pair is alike; what is not known (an empty first) is not compared."""
    checked = [hmac.compare_digest(known.encode(), given.encode()) for known, given in pairs if known]
    return all(checked)
