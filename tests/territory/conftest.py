"""A database without territory, and a small reference to load into it."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection

from portal.territory import reference

FILES = {
    "departements.csv.gz": """\
code;nom;code_region;autorite;site
41;Loir-et-Cher;24;Département de Loir-et-Cher;https://www.departement41.fr
45;Loiret;24;Département du Loiret;https://www.loiret.fr
""",
    "communes.csv.gz": """\
code_insee;nom;code_departement;code_region;codes_postaux;population;epci_siren;epci_nom;latitude;longitude;source_position
41018;Blois;41;24;41000;47092;200030385;CA de Blois "Agglopolys";47.5866;1.3305;mairie
45191;Le Malesherbois;45;24;45330|45300;8016;200071850;CC du Pithiverais-Gâtinais;48.2955;2.4163;mairie
45232;Olivet;45;24;45160;23507;244500468;Orléans Métropole;47.8655;1.8977;mairie
45282;Saint-Hilaire-Saint-Mesmin;45;24;45160;;;;;;
""",
    "former_communes.csv.gz": """\
code_insee;nom;type;code_insee_actuel
45191;Malesherbes;commune-deleguee;45191
45192;Manchecourt;commune-deleguee;45191
""",
    "contours_45.json.gz": """\
{"type":"FeatureCollection", "features": [
{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[1.8,47.8],[1.9,47.8],[1.9,47.9],[1.8,47.8]]]},"properties":{"insee":"45232","nom":"Olivet"}}
]}
""",
}

Files = Callable[..., Path]


@pytest.fixture(scope="session")
def forget_everything() -> Callable[[], None]:
    """Delete the rows of the portal; call it in a transaction that is rolled back."""

    def forget() -> None:
        with connection.cursor() as cursor:
            for model in apps.get_models(include_auto_created=True):
                if not model.__module__.startswith("django."):
                    table = connection.ops.quote_name(model._meta.db_table)
                    cursor.execute(f"DELETE FROM {table}")

    return forget


@pytest.fixture
def nothing_loaded(db, forget_everything) -> None:
    """Remove the département that other tests read, for this test."""
    forget_everything()


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Files:
    """Write the small reference that `load_territory` reads.

    Each call writes it anew: `name=text` replaces a file, each `(old, new)` replaces text in all files.
    """

    def write(*edits: tuple[str, str], **replaced: str) -> Path:
        for name, text in FILES.items():
            text = replaced.get(name.partition(".")[0], text)
            for old, new in edits:
                text = text.replace(old, new)
            (tmp_path / name).write_bytes(gzip.compress(text.encode()))
        monkeypatch.setattr(reference, "FOLDER", tmp_path)
        return tmp_path

    write()
    return write
