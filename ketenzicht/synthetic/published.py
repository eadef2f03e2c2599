"""The published figures the population is calibrated to, 2016-2020, and the assumptions where nothing is published.

Series: Dutch National Rapporteur on Trafficking in Human Beings, Slachtoffermonitor mensenhandel 2016-2020, yearly
numbers of reported victims (the Rapporteur series; CoMensha's own series stands higher in 2019 and 2020 and is used
only for nationalities). A line marked "assumed" is interpolated or chosen by us and is no published figure.
"""

from dataclasses import dataclass

YEARS = (2016, 2017, 2018, 2019, 2020)

PERSONS = {2016: 952, 2017: 956, 2018: 668, 2019: 1334, 2020: 984}
MINORS = {2016: 227, 2017: 194, 2018: 62, 2019: 108, 2020: 68}
# under 23: 45.9% in 2017 and about 34% over 2016-2020 are published, the other years assumed
SHARE_UNDER_23 = {2016: 0.46, 2017: 0.459, 2018: 0.28, 2019: 0.26, 2020: 0.256}
# women: 2017 and 2020 published, the other years assumed
SHARE_WOMEN = {2016: 0.72, 2017: 0.72, 2018: 0.72, 2019: 0.66, 2020: 0.56}

FORMS = ("sexual", "labour", "criminal", "both", "unknown")
# Published: sexual, labour with crime, both, unknown (2019 and 2020 with crime apart). Crime before 2019 assumed.
# 2020 counts persons under each of their forms; the 65 counted twice are taken as "both".
PERSONS_BY_FORM = {
    2016: (523, 184, 60, 35, 150),
    2017: (534, 184, 65, 42, 133),
    2018: (458, 97, 45, 28, 40),
    2019: (849, 228, 196, 0, 61),
    2020: (343, 384, 154, 65, 38),
}

# Of 2019 and 2020 the five and three largest are published (CoMensha); of 2017 the Dutch share; of every year the order
# of the five largest. The rest assumed.
SHARE_OF_NATIONALITY = {
    2016: {"NL": 0.33, "PL": 0.12, "RO": 0.08, "NG": 0.065, "BG": 0.06},
    2017: {"NL": 0.36, "PL": 0.09, "RO": 0.075, "BG": 0.06, "NG": 0.055},
    2018: {"NL": 0.28, "NG": 0.14, "UG": 0.06, "RO": 0.055, "SL": 0.045},
    2019: {"NG": 512 / 1372, "NL": 244 / 1372, "UG": 91 / 1372, "PL": 83 / 1372, "GM": 49 / 1372},
    2020: {"PL": 190 / 1013, "NG": 185 / 1013, "NL": 155 / 1013, "BG": 0.06, "HU": 0.055},
}
# assumed: how the rest is divided
REST_OF_NATIONALITIES = {
    "PL": 5, "RO": 6, "BG": 5, "HU": 5, "NG": 6, "UG": 4, "GM": 3, "SL": 4, "GN": 3.5, "ER": 2.5, "VN": 4, "CN": 3,
    "PH": 3, "GH": 2, "CM": 1.5, "UA": 2, "MD": 1, "AL": 2, "SK": 1.5, "LT": 2, "ET": 1.5, "SO": 1.5, "SY": 2.5,
    "MA": 3, "TR": 2, "BR": 1.5, "ID": 2, "stateless": 0.5, "unknown": 3,
}  # fmt: skip

REPORTERS = ("police", "kmar", "labour_inspectorate", "care_coordinator", "fairwork", "other")
# Published: police, inspectorate, marechaussee, coordinators 2016-2019, police 2020. "Other" is what is left of the
# year's reports, FairWork apart only from 2020; the rest of 2020 assumed.
REPORTS_BY_REPORTER = {
    2016: (446, 12, 38, 240, 0, 352),
    2017: (432, 21, 38, 320, 0, 288),
    2018: (530, 12, 75, 91, 0, 47),
    2019: (952, 10, 46, 252, 0, 261),
    2020: (490, 20, 60, 260, 150, 151),
}
# published: 2016 about 1,097 reports for 952 persons; 2023 1.204; 2024 1.125; the others assumed in between
REPORTS_PER_PERSON = {2016: 1.15, 2017: 1.15, 2018: 1.13, 2019: 1.14, 2020: 1.15}

EU = frozenset(("PL", "RO", "BG", "HU", "SK", "LT"))
NATIONALITIES = ("NL", *REST_OF_NATIONALITIES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How people pass through the registers: published shares, and assumptions about overlap (marked)."""

    aangifte: float = 0.19
    """Published for 2016: at least 182 of 952."""
    shelter_request: float = 0.17
    """Published: 15 to 20% of reported victims."""
    asylum: float = 0.33
    """Published: share of foreign victims with a trafficking permit procedure who also sought asylum."""
    repeat_shape: float = 0.44
    repeat_scale: float = 16.1
    """Weibull, years: 45% victim again of some offence within five years (published), half within seven."""
    repeat_minor_hazard: float = 1.42
    """Assumed; adults get 0.93 so that the whole stays at 45%."""
    repeat_adult_hazard: float = 0.93
    repeat_is_trafficking: float = 0.15
    """Assumed."""
    in_comensha: float = 0.80
    """Assumed: of all victims in some register, the share reported to CoMensha."""
    police_without_police_report: float = 0.10
    """Published: 5% of persons are on two lists; police with others about 9%."""
    police_outside_comensha: float = 0.75
    """Assumed: police know victims whom CoMensha was not told of."""
    shelter_after_request: float = 0.65
    shelter_without_request: float = 0.04
    shelter_outside_comensha: float = 0.15
    """Assumed; together 80 to 150 sheltered victims a year at full size, as published for 2015 and 2016."""
    youth_minor_dutch: float = 0.60
    youth_minor_foreign: float = 0.35
    youth_young_dutch: float = 0.20
    youth_young_foreign: float = 0.05
    """Assumed: victims with a youth-care episode, under 18 and 18 to 22."""
    victim_also_suspect: float = 0.08
    """Assumed."""
    trafficking_code_used: float = 0.85
    """Assumed: the police class "mensenhandel" is under-used."""
    others_per_victim: float = 0.6
    """Assumed: suspects, witnesses and others involved, in the police register."""
    relatives_among_others: float = 0.25
    """Assumed: of those, members of a victim's family (same name, same address)."""
    sibling_victims: float = 0.03
    """Assumed: victims who live with another victim of the same family; one in twelve such pairs are twins."""
    shared_lodging: float = 0.40
    """Assumed: foreign adults who live at an address with many others."""
    second_nationality_names: float = 0.20
    """Assumed: Dutch nationals with a name of Turkish, Moroccan, Polish or Ghanaian origin."""
    youth_background: float = 4.0
    """Persons in youth care who are no victims, per victim in the population. In truth it is about a hundred; four keep
    the file at about 10,000 rows for 2,000 persons."""
    youth_siblings: float = 0.35
    """Assumed: children in youth care who live with a brother or sister in youth care."""
    twins: float = 0.02
    """Assumed: of sibling pairs, those born on one day."""


COURSE = Course()
