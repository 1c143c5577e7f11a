"""A house of one place, closed when the test is over."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.server.live.house import House


@pytest.fixture
async def house() -> AsyncIterator[House]:
    house = House()
    yield house
    await house.table.close()
