"""The words and codes that the registers write; each one is listed in config/codes.toml."""

BRP_NATIONALITY = {
    "NL": "0001", "SK": "0027", "UA": "0034", "MD": "0036", "LT": "0046", "AL": "0050", "BG": "0053", "HU": "0061",
    "PL": "0072", "RO": "0074", "ER": "0084", "ET": "0114", "GM": "0117", "GH": "0118", "GN": "0119", "CM": "0122",
    "MA": "0131", "NG": "0137", "UG": "0138", "SL": "0147", "SO": "0149", "BR": "0253", "CN": "0307", "PH": "0309",
    "ID": "0313", "SY": "0336", "TR": "0339", "VN": "0342", "stateless": "0499", "unknown": "0000",
}  # fmt: skip

NATIONALITY_WORD = {
    "NL": "Nederlandse", "SK": "Slowaakse", "UA": "Oekraïense", "MD": "Moldavische", "LT": "Litouwse", "AL": "Albanese",
    "BG": "Bulgaarse", "HU": "Hongaarse", "PL": "Poolse", "RO": "Roemeense", "ER": "Eritrese", "ET": "Ethiopische",
    "GM": "Gambiaanse", "GH": "Ghanese", "GN": "Guineese", "CM": "Kameroense", "MA": "Marokkaanse", "NG": "Nigeriaanse",
    "UG": "Ugandese", "SL": "Sierra Leoonse", "SO": "Somalische", "BR": "Braziliaanse", "CN": "Chinese",
    "PH": "Filipijnse", "ID": "Indonesische", "SY": "Syrische", "TR": "Turkse", "VN": "Vietnamese",
    "stateless": "staatloos", "unknown": "onbekend",
}  # fmt: skip

POLICE_FORMS = {"sexual": "S", "labour": "A", "criminal": "C", "both": "S,A", "unknown": ""}

FORM_WORDS = {
    "sexual": "seksuele dienstverlening",
    "labour": "gereguleerde arbeid en dienstverlening",
    "criminal": "criminele activiteiten",
    "both": "seksuele dienstverlening;gereguleerde arbeid en dienstverlening",
    "unknown": "onbekend",
}

REPORTER_WORDS = {
    "police": "Nationale Politie",
    "kmar": "Koninklijke Marechaussee",
    "labour_inspectorate": "Nederlandse Arbeidsinspectie",
    "care_coordinator": "Zorgcoördinator",
    "fairwork": "FairWork",
    "other": "Overig",
}

SHELTER_TYPES = ("COSM", "complex", "vrouwenopvang", "maatschappelijke opvang", "jeugd", "AZC")
EXIT_REASONS = (
    "zelfstandig wonen",
    "andere opvang",
    "terugkeer",
    "met onbekende bestemming vertrokken",
    "einde verblijf op eigen verzoek",
    "overleden",
)
