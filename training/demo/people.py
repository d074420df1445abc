"""Who is in the demonstration school. The names are invented."""

from __future__ import annotations

from dataclasses import dataclass

from training.web.access import Role

DOMAIN = "demo.example"


@dataclass(frozen=True)
class Part:
    """Somebody of the school. `stage` says how far a trainee has come; `cohort` is the one they learn in."""

    name: str
    roles: tuple[Role, ...]
    stage: str = ""
    cohort: str = ""

    @property
    def email(self) -> str:
        first = self.name.split()[0].lower()
        return f"{first}@{DOMAIN}"


SPRING, AUTUMN = "Spring intake", "Autumn intake"

STAFF = (
    Part("Ada Lindqvist", (Role.ADMIN,)),
    Part("Marit Solberg", (Role.AUTHOR,)),
    Part("Theo Brandt", (Role.REVIEWER,)),
    Part("Ines Duarte", (Role.ASSESSOR,)),
    Part("Jonas Achterberg", (Role.ASSESSOR, Role.AUTHOR)),
    Part("Ruth Okafor", (Role.DECIDER,)),
    Part("Karim Haddad", (Role.DECIDER, Role.ASSESSOR)),
    Part("Riverbank Physiotherapy", (Role.CLINIC,)),
)

TRAINEES = (
    Part("Nora Feld", (Role.TRAINEE,), "new", AUTUMN),
    Part("Luca Merlo", (Role.TRAINEE,), "reading", AUTUMN),
    Part("Aisha Rahman", (Role.TRAINEE,), "gate-closed", AUTUMN),
    Part("Pia Zimmer", (Role.TRAINEE,), "cases-done", AUTUMN),
    Part("Owen Clarke", (Role.TRAINEE,), "ready", AUTUMN),
    Part("Hana Kimura", (Role.TRAINEE,), "proposed", SPRING),
    Part("Jo Carver", (Role.TRAINEE,), "deferred", SPRING),
    Part("Samuel Osei", (Role.TRAINEE,), "certified", SPRING),
    Part("Elin Sandberg", (Role.TRAINEE,), "suspended", SPRING),
    Part("Diego Fuentes", (Role.TRAINEE,), "withdrawn", SPRING),
    Part("Mei Tan", (Role.TRAINEE,), "expired", SPRING),
    Part("Tamar Vidal", (Role.TRAINEE,), "renewed", SPRING),
)
