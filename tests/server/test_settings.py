"""Settings: read from the environment, wrong ones named in a sentence, documented as they are."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_pipeline.errors import SettingError
from server.cli.settings_page import settings_page
from server.settings import Settings, described

ROOT = Path(__file__).parents[2]
HOME = {"HOME": "/home/ada"}


def read(**changed: str) -> Settings:
    return Settings.from_environment(HOME | changed)


def test_defaults() -> None:
    settings = read()
    assert settings.public_url == "http://127.0.0.1:8080"
    assert settings.storage.data_dir == Path("/home/ada/.local/share/viva")
    assert settings.storage.models_dir == Path("/home/ada/.cache/viva/models")
    assert settings.database_url == "sqlite+aiosqlite:////home/ada/.local/share/viva/viva.sqlite3"
    assert settings.secret_file == Path("/home/ada/.local/share/viva/secret.json")


def test_the_base_directories_are_honoured() -> None:
    settings = read(XDG_DATA_HOME="/data", XDG_CACHE_HOME="/cache")
    assert settings.storage.data_dir == Path("/data/viva")
    assert settings.storage.models_dir == Path("/cache/viva/models")


def test_given_values() -> None:
    settings = read(
        VIVA_HOST="0.0.0.0",
        VIVA_PORT="9000",
        VIVA_DATA_DIR="/srv/viva",
        VIVA_POLICY="eu",
        VIVA_SCORING_VIEW="blind",
        VIVA_VISION="off",
        VIVA_VISION_FPS="2",
        VIVA_MEDIA_HOST="192.0.2.7",
        VIVA_SECRET_FILE="/run/secrets/viva",
        VIVA_LOG_LEVEL=" debug ",
    )
    assert (settings.http.host, settings.http.port) == ("0.0.0.0", 9000)
    assert settings.database_url == "sqlite+aiosqlite:////srv/viva/viva.sqlite3"
    assert (settings.interview.policy, settings.interview.scoring_view) == ("eu", "blind")
    assert (settings.media.vision, settings.media.vision_fps) == (False, 2.0)
    assert settings.media.host == "192.0.2.7"
    assert settings.secret_file == Path("/run/secrets/viva")
    assert settings.http.log_level == "debug"


def test_an_empty_value_is_not_set() -> None:
    assert read(VIVA_PORT="", VIVA_PUBLIC_URL="  ") == read()


@pytest.mark.parametrize(
    ("given_url", "used"),
    [
        ("postgresql://viva:secret@db/viva", "postgresql+asyncpg://viva:secret@db/viva"),
        ("postgresql+psycopg://db/viva", "postgresql+asyncpg://db/viva"),
        ("sqlite:////srv/viva.db", "sqlite+aiosqlite:////srv/viva.db"),
    ],
)
def test_the_databases_driver_is_ours_to_choose(given_url: str, used: str) -> None:
    assert read(VIVA_DATABASE_URL=given_url).database_url == used


@pytest.mark.parametrize(
    ("changed", "url"),
    [
        ({"VIVA_PUBLIC_URL": "https://viva.example.com/"}, "https://viva.example.com"),
        ({"VIVA_HOST": "0.0.0.0"}, "http://127.0.0.1:8080"),
        ({"VIVA_HOST": "::", "VIVA_PORT": "81"}, "http://[::1]:81"),
        ({"VIVA_HOST": "fe80::1"}, "http://[fe80::1]:8080"),
    ],
)
def test_links_begin_with_the_public_address(changed: dict[str, str], url: str) -> None:
    assert read(**changed).public_url == url


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("VIVA_PORT", "eighty", "whole number"),
        ("VIVA_PORT", "80.5", "whole number"),
        ("VIVA_PORT", "65536", "from 0 to 65535"),
        ("VIVA_PORT", "-1", "from 0 to 65535"),
        ("VIVA_VISION_FPS", "nan", "from 0.5 to 10 frames/s"),
        ("VIVA_VISION_FPS", "fast", "number"),
        ("VIVA_INTERVIEWS", "-1", "at least 0"),
        ("VIVA_VISION", "maybe", "on or off"),
        ("VIVA_POLICY", "us", "standard or eu"),
        ("VIVA_PUBLIC_URL", "viva.example.com", "https://"),
        ("VIVA_PUBLIC_URL", "https://viva.example.com/viva", "without a path"),
        ("VIVA_PUBLIC_URL", "http://[", "https://"),
        ("VIVA_PUBLIC_URL", "http://a:port", "https://"),
        ("VIVA_DATA_DIR", "~nobody-of-this-name/viva", "unknown user"),
        ("VIVA_MEDIA_HOST", "example.com", "IP address"),
        ("VIVA_DATABASE_URL", "mysql://root:hunter2@db/viva", "sqlite:///"),
    ],
)
def test_a_wrong_value_is_named(variable: str, value: str, said: str) -> None:
    with pytest.raises(SettingError, match=said) as caught:
        read(**{variable: value})
    assert variable in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_what_tests_and_load_testers_read_is_left_alone() -> None:
    assert read(VIVA_TEST_SHERPA_DIR="/models", VIVA_LOADTEST_TOKEN="x") == read()


def test_an_unknown_name_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(SettingError, match=r"VIVA_POTR is not a setting.*Did you mean VIVA_PORT\?"):
        read(VIVA_POTR="80")
    with pytest.raises(SettingError, match=r"docs/settings\.md"):
        read(VIVA_XQZWK="1")


@given(
    st.sampled_from(sorted(item.variable for item in described())),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20),
)
def test_any_text_is_read_or_refused_by_name(variable: str, text: str) -> None:
    try:
        read(**{variable: text})
    except SettingError as error:
        said = str(error)
    else:
        said = variable
    assert variable in said


def test_the_page_of_settings_is_up_to_date() -> None:
    kept = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert kept == settings_page(), "run: viva settings > docs/settings.md"
