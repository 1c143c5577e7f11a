"""Pages filled with names and texts that are written from right to left."""

from __future__ import annotations

from typing import Any

import msgspec
from playwright.async_api import Page

_LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
_MIRROR = {code: _LETTERS[code % len(_LETTERS)] for code in range(0x30, 0x7B) if chr(code).isalnum()}

TURNED = r"""() => {
    const turns = /[\u0590-\u08ff]/, straight = /[\p{Script=Latin}\p{Script=Han}\d]/u;
    const rest = (text) => {
        for (let before = ""; before !== text;) {
            before = text;
            text = text.replace(/\u2068[^\u2066-\u2069]*\u2069/g, "");
        }
        return text;
    };
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const { data, parentElement } = walker.currentNode;
        if (!turns.test(rest(data)) || parentElement.closest("script, style")) continue;
        const home = parentElement.closest("[dir=auto], bdi");
        const alone = home && !straight.test(rest(home.textContent));
        if (!alone) found.push(`<${parentElement.className}> ${data}`);
    }
    for (const element of document.querySelectorAll("body *")) {
        for (const name of ["aria-label", "title", "placeholder", "alt"]) {
            const left = rest(element.getAttribute(name) ?? "");
            if (turns.test(left) && straight.test(left)) found.push(`${element.className} ${name}: ${left}`);
        }
    }
    const title = rest(document.title);
    return turns.test(title) && straight.test(title) ? [...found, `title: ${title}`] : found;
}"""
"""Texts from right to left that share a line with other words and are not isolated from them."""


def mirrored(value: Any) -> Any:
    """The data with every name and every text in Arabic letters; ids, codes and times stay.

    A quote of a text is a quote of its mirror as well.
    """
    if isinstance(value, str):
        said = value[:1].isupper() or " " in value
        return value.translate(_MIRROR) if said else value
    if isinstance(value, dict):
        return {key: mirrored(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [mirrored(one) for one in value]
    return value


def mirrored_event(event: Any) -> Any:
    """The event with its texts in Arabic letters."""
    return msgspec.convert(mirrored(msgspec.to_builtins(event)), type(event))


async def turned(page: Page) -> list[str]:
    """Where the page lets a text from right to left turn what stands beside it."""
    found: list[str] = await page.evaluate(TURNED)
    return found
