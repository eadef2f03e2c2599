"""The how-to page is the test: its files are written and its commands run, on two small invented hospitals."""

import csv
import json
import os
import random
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "bring-your-own-data.md"
GIVEN = ["anna", "bram", "carla", "dirk", "esther", "femke", "gijs", "hanna", "ivo", "julia", "koen", "lotte"]
FAMILY = ["bakker", "cremer", "dijkstra", "evers", "faber", "groen", "hofman", "idema", "jaspers", "kuiper", "linden"]


def files() -> dict[str, str]:
    """Every file the page shows: a name in backquotes followed by a TOML block."""
    text = PAGE.read_text(encoding="utf-8")
    found = re.findall(r"`hospitals/([a-z_/]+\.toml)`[^`]*?```toml\n(.*?)```", text, flags=re.DOTALL)
    return dict(found)


def commands() -> list[list[str]]:
    """Every command line of the page's console blocks."""
    text = PAGE.read_text(encoding="utf-8")
    blocks = re.findall(r"```console\n(.*?)```", text, flags=re.DOTALL)
    return [shlex.split(line[2:]) for block in blocks for line in block.splitlines() if line.startswith("$ ")]


def write_deliveries(folder: Path) -> None:
    """300 persons in the north, 300 in the south, 150 of them the same, a tenth of those with a typing error."""
    generator = random.Random(7)  # noqa: S311 - invented people
    people = [
        (
            generator.choice(GIVEN) + generator.choice(["", "lies", "tje"]),
            generator.choice(FAMILY) + generator.choice(["", "s", "stra"]),
            f"{generator.randint(1940, 2010)}-{generator.randint(1, 12):02}-{generator.randint(1, 28):02}",
            generator.choice(["male", "female"]),
            f"{generator.randint(1000, 9999)}{generator.choice('ABCD')}{generator.choice('EFGH')}",
        )
        for _ in range(450)
    ]
    folder.mkdir()
    truth = []
    with (folder / "north.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["patient", "given", "family", "born", "sex", "postcode"])
        for number, (given, family, born, sex, postcode) in enumerate(people[:300]):
            writer.writerow([f"N{number}", given, family, born, {"male": "male", "female": "female"}[sex], postcode])
            truth.append(("north", f"N{number}", number))
    with (folder / "south.jsonl").open("w", encoding="utf-8") as stream:
        for number, (given, family, born, sex, postcode) in enumerate(people[150:], start=150):
            year, month, day = born.split("-")
            last = family[:-1] if number % 10 == 0 else family
            row = {"id": f"S{number}", "name": {"first": given, "last": last}, "birth": f"{day}-{month}-{year}"}
            stream.write(json.dumps({**row, "gender": sex, "zip": postcode}) + "\n")
            truth.append(("south", f"S{number}", number))
    with (folder / "truth.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerows([("source", "native_id", "person"), *truth])


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with the page's config directory and the two hospitals' deliveries."""
    for name, text in files().items():
        path = tmp_path / "hospitals" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    write_deliveries(tmp_path / "deliveries")
    return tmp_path


def test_the_page_works_as_it_is_written(place: Path) -> None:
    """Each command ends with exit code 0, and the last one finds that the linkage is good."""
    assert len(files()) == 6
    printed = ""
    for command in commands():
        assert command[0] == "ketenzicht"
        done = subprocess.run(
            [sys.executable, "-m", *command], cwd=place, capture_output=True, text=True, check=False, env={**os.environ}
        )
        assert done.returncode == 0, f"{command}: {done.stderr}"
        printed = done.stdout
    figures = json.loads(printed)
    assert figures["precision"] > 0.97
    assert figures["recall"] > 0.97
