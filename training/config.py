"""Everything that differs between machines, read once at start-up from `SEGMENTAL_*`."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

ROOT = Path(__file__).resolve().parent.parent
DEVELOPMENT, PRODUCTION = "development", "production"


class ConfigError(Exception):
    """A setting is missing or cannot be used; the message names it and the mend."""


@dataclass(frozen=True, kw_only=True)
class Config:
    """`docs/configuration.md` describes each; a test keeps the two lists the same.

    database_url: an SQLAlchemy address. workers: processes, at least 1. proxies: how many reverse proxies stand in
    front, whose `X-Forwarded-*` headers are believed; 0 believes none.
    """

    mode: str
    secret_key: str
    database_url: str
    timezone: ZoneInfo
    instance: Path
    content_root: Path = ROOT
    host: str = "127.0.0.1"
    port: int = 5000
    workers: int = 1
    proxies: int = 0
    school: str = "Segmental"

    @property
    def in_production(self) -> bool:
        return self.mode == PRODUCTION

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Config:
        """Raises ConfigError for what is missing or malformed, naming every fault at once."""
        faults: list[str] = []
        mode = env.get("SEGMENTAL_MODE") or PRODUCTION
        if mode not in (DEVELOPMENT, PRODUCTION):
            faults.append(f"SEGMENTAL_MODE is {mode!r}; set it to {DEVELOPMENT} or {PRODUCTION}")
        instance = Path(env.get("SEGMENTAL_INSTANCE") or ROOT / "instance").absolute()
        secret = env.get("SEGMENTAL_SECRET_KEY", "")
        if mode != DEVELOPMENT and len(secret) < 16:
            faults.append(
                "set SEGMENTAL_SECRET_KEY to at least 16 random characters "
                "(python3 -c 'import secrets; print(secrets.token_urlsafe(32))')"
            )
        zone_name = env.get("SEGMENTAL_TIMEZONE") or "UTC"
        try:
            zone = ZoneInfo(zone_name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            faults.append(f"SEGMENTAL_TIMEZONE is {zone_name!r}; use a name such as America/Edmonton")
            zone = ZoneInfo("UTC")
        numbers = {}
        for name, default, least, most in (
            ("PORT", 5000, 1, 65535),
            ("SEGMENTAL_WORKERS", 1, 1, 64),
            ("SEGMENTAL_PROXIES", 0, 0, 8),
        ):
            text = env.get(name) or str(default)
            numbers[name] = int(text) if text.isdecimal() else -1
            if not least <= numbers[name] <= most:
                faults.append(f"{name} is {text!r}; set it to a whole number from {least} to {most}")
        if faults:
            raise ConfigError("; ".join(faults) + "; see docs/configuration.md")
        return cls(
            mode=mode,
            secret_key=secret or development_secret(instance),
            database_url=env.get("SEGMENTAL_DATABASE_URL") or f"sqlite:///{instance / 'segmental.sqlite3'}",
            timezone=zone,
            instance=instance,
            content_root=Path(env.get("SEGMENTAL_CONTENT_ROOT") or ROOT).absolute(),
            host=env.get("SEGMENTAL_HOST") or "127.0.0.1",
            port=numbers["PORT"],
            workers=numbers["SEGMENTAL_WORKERS"],
            proxies=numbers["SEGMENTAL_PROXIES"],
            school=env.get("SEGMENTAL_SCHOOL") or "Segmental",
        )


def development_secret(instance: Path) -> str:
    """A random key kept in the instance folder, so that a restart in development signs nobody out."""
    path = instance / "development-secret"
    instance.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(32))
    return path.read_text().strip()
