"""Settings of the warehouse: whom it keeps, and which activities count as help or as victimisation."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

ACTIVITY_ORDER = (
    "signal",
    "vt_report",
    "police_registration",
    "suspect_registration",
    "aangifte",
    "comensha_report",
    "shelter_request",
    "care_coordination_start",
    "shelter_intake",
    "shelter_placement",
    "shelter_transfer",
    "shelter_exit",
)


class WarehouseSettings(BaseModel):
    """What a build needs to know besides the data.

    ``keep_only_victims``: persons without a registration in a victim role are counted and not stored.
    ``extraction_date``: the day the data end, at which follow-up is censored; None stands for the latest day on which
    a registration was made. ``threads`` changes speed, never a result. ``washout_days``: a sign of victimisation this
    many days or fewer after the first registration is taken for the same incident. ``activity_order`` settles the
    order of events on the same day. Help is an activity of ``help_activities``; it is specialist when its activity
    is in ``specialist_activities`` or its detail in ``specialist_details``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    victim_roles: tuple[str, ...] = ("victim",)
    suspect_roles: tuple[str, ...] = ("suspect",)
    keep_only_victims: bool = True
    extraction_date: date | None = None
    threads: Annotated[int, Field(ge=1)] = 1
    washout_days: Annotated[int, Field(ge=0)] = 30
    activity_order: tuple[str, ...] = ACTIVITY_ORDER
    help_activities: tuple[str, ...] = ("care_coordination_start", "shelter_placement", "youth_help")
    specialist_activities: tuple[str, ...] = ("care_coordination_start",)
    specialist_details: tuple[str, ...] = ("COSM", "complex")
    victimisation_activities: tuple[str, ...] = ("police_registration", "aangifte", "comensha_report")
