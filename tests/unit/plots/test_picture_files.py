"""Pictures as files: names, places, and what is not overwritten."""

import importlib.util
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("matplotlib")

from auralis_cli.model.errors import ConfigError
from auralis_cli.plots.figure import Axis, Figure
from auralis_cli.plots.picture_files import Wanted, write_pictures

FIGURES = [Figure(name, name, "", Axis("x", 0, 1), Axis("y", 0, 1), []) for name in ("map", "lufs")]


def test_a_folder_gets_each_figure_by_its_name_and_again(tmp_path: Path) -> None:
    wanted = Wanted(svg=str(tmp_path / "new" / "svg"), png=str(tmp_path / "png"))
    for _ in range(2):  # what auralis has drawn is replaced
        written = write_pictures(FIGURES, wanted)
        assert [str(Path(path).relative_to(tmp_path)) for path in written] == [
            *("new/svg/map.svg", "new/svg/lufs.svg", "png/map.png", "png/lufs.png")
        ]
        assert all(Path(path).stat().st_size > 0 for path in written)


def test_one_figure_may_be_a_file(tmp_path: Path) -> None:
    file = tmp_path / "loud.SVG"
    wanted = Wanted(svg=str(file), names=("lufs",))
    wanted.check(["map", "lufs"])
    assert write_pictures(FIGURES, wanted) == [str(file)]
    assert "<title>lufs</title>" in file.read_text("utf-8")


def test_a_figure_named_twice_is_drawn_once(tmp_path: Path) -> None:
    assert len(write_pictures(FIGURES, Wanted(svg=str(tmp_path), names=("map", "map")))) == 1


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        (Wanted(names=("map",)), "add --svg DIR or --png DIR"),
        (Wanted(svg="{}/all.svg"), "name one by --figure, or a folder"),
        (Wanted(png="{}/all.png", names=("map", "lufs")), "name one by --figure, or a folder"),
        (Wanted(svg="{}/notes"), "it is not a folder"),
    ],
)
def test_what_cannot_be_is_said_before_anything_is_computed(
    tmp_path: Path, wanted: Wanted, reason: str
) -> None:
    (tmp_path / "notes").write_text("mine")
    svg, png = (place and place.format(tmp_path) for place in (wanted.svg, wanted.png))
    with pytest.raises(ConfigError, match=reason):
        Wanted(svg, png, wanted.names).check(["map", "lufs"])


def test_a_missing_package_is_named_with_its_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    find: Any = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: (name != "matplotlib" and find(name)) or None
    )
    with pytest.raises(ConfigError, match=r"matplotlib is not installed; run pip install '\.\[report\]'"):
        Wanted(svg=str(tmp_path)).check([])


def test_a_figure_that_there_is_not_is_an_error_that_names_the_others(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no figure 'mpa'; there are map, lufs"):
        Wanted(svg=str(tmp_path), names=("mpa",)).check(["map", "lufs"])
    with pytest.raises(ConfigError, match="cannot draw the figure 'keys': no track has what it shows"):
        write_pictures(FIGURES, Wanted(svg=str(tmp_path), names=("map", "keys")))
    assert not list(tmp_path.iterdir())


def test_what_auralis_has_not_drawn_stays(tmp_path: Path) -> None:
    (tmp_path / "lufs.svg").write_text("<svg/>")
    (tmp_path / "map.png").mkdir()
    for wanted, reason in (
        (Wanted(svg=str(tmp_path)), "was not drawn by auralis"),
        (Wanted(png=str(tmp_path)), "it is not a file"),
    ):
        with pytest.raises(ConfigError, match=reason):
            write_pictures(FIGURES, wanted)
    assert (tmp_path / "lufs.svg").read_text() == "<svg/>"
    assert not (tmp_path / "map.svg").exists()


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match=r"map\.svg: Not a directory; name another"):
        write_pictures(FIGURES, Wanted(svg=str(tmp_path / "file" / "below")))
