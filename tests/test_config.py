"""Settings: what is refused, and that the documents name each."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from training.config import ROOT, Config, ConfigError

SECRET = "sixteen characters at least"


def test_production_refuses_to_start_without_a_secret() -> None:
    with pytest.raises(ConfigError, match="set SEGMENTAL_SECRET_KEY"):
        Config.from_env({})


def test_a_secret_that_is_too_short_is_none() -> None:
    with pytest.raises(ConfigError, match="at least 16"):
        Config.from_env({"SEGMENTAL_SECRET_KEY": "short"})


def test_development_keeps_a_secret_of_its_own(tmp_path: Path) -> None:
    env = {"SEGMENTAL_MODE": "development", "SEGMENTAL_INSTANCE": str(tmp_path)}

    first, second = Config.from_env(env), Config.from_env(env)

    assert first.secret_key == second.secret_key
    assert len(first.secret_key) >= 32
    assert (tmp_path / "development-secret").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SEGMENTAL_MODE", "test"),
        ("SEGMENTAL_TIMEZONE", "Edmonton"),
        ("SEGMENTAL_TIMEZONE", "../../etc/passwd"),
        ("PORT", "0"),
        ("PORT", "http"),
        ("SEGMENTAL_WORKERS", "-1"),
        ("SEGMENTAL_PROXIES", "9"),
    ],
)
def test_a_malformed_setting_is_named(name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=name):
        Config.from_env({"SEGMENTAL_SECRET_KEY": SECRET, name: value})


def test_every_fault_is_named_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        Config.from_env({"PORT": "x", "SEGMENTAL_TIMEZONE": "y"})

    assert all(name in str(caught.value) for name in ("PORT", "SEGMENTAL_TIMEZONE", "SEGMENTAL_SECRET_KEY"))


def test_every_setting_is_in_the_documents_and_the_other_way_round() -> None:
    read = set(re.findall(r'"(SEGMENTAL_[A-Z_]+|PORT)"', (ROOT / "training/config.py").read_text()))
    told = set(
        re.findall(r"^\| `(SEGMENTAL_[A-Z_]+|PORT)`", (ROOT / "docs/configuration.md").read_text(), re.MULTILINE)
    )

    assert read == told
