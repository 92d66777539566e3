from pathlib import Path

import pytest

from auralis_cli.system.mounts import is_on_local_disk, mounts_below

MOUNTS = """\
/dev/sda1 / ext4 rw 0 0
server:/export /mnt/nas nfs4 rw 0 0
//server/share /mnt/my\\040share cifs rw 0 0
host /mnt/vm 9p rw 0 0
/dev/sdb1 /mnt/nas/disk xfs rw 0 0
me@there: /mnt/over fuse.sshfs rw 0 0
/dev/sdc1 /mnt/twice ext4 rw 0 0
server:/b /mnt/twice nfs rw 0 0
broken line
"""


@pytest.mark.parametrize(
    ("folder", "local"),
    [
        ("/home/me", True),
        ("/mnt/nas", False),
        ("/mnt/nas/cache", False),
        ("/mnt/nastier", True),
        ("/mnt/nas/disk/cache", True),
        ("/mnt/my share/cache", False),
        ("/mnt/vm", False),
        ("/mnt/over/x", False),
        ("/mnt/twice/x", False),
    ],
)
def test_the_nearest_mount_decides(tmp_path: Path, folder: str, local: bool) -> None:
    (tmp_path / "mounts").write_text(MOUNTS)
    assert is_on_local_disk(Path(folder), tmp_path / "mounts") is local


def test_a_link_to_the_network_is_on_the_network(tmp_path: Path) -> None:
    (tmp_path / "mounts").write_text(MOUNTS)
    (tmp_path / "link").symlink_to("/mnt/nas")
    assert not is_on_local_disk(tmp_path / "link", tmp_path / "mounts")


def test_without_a_table_of_mounts_no_disk_counts_as_local(tmp_path: Path) -> None:
    assert not is_on_local_disk(tmp_path, tmp_path / "none")


def test_the_mounts_below_a_folder_have_their_numbers(tmp_path: Path) -> None:
    table = tmp_path / "mountinfo"
    table.write_text(
        "21 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
        "34 21 8:2 / /music rw - ext4 /dev/sda2 rw\n"
        "35 34 8:3 / /music/my\\040disk rw - ext4 /dev/sda3 rw\n"
        "36 34 8:4 / /musical rw - ext4 /dev/sda4 rw\n"
        "broken line\n"
    )
    assert mounts_below("/music", table) == {"/music/my disk": "35"}
    assert mounts_below("/music", tmp_path / "none") == {}


def test_mounts_below_a_link_have_the_name_of_the_link(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/music", target_is_directory=True)
    table = tmp_path / "mountinfo"
    table.write_text("35 34 8:3 / /music/disk rw - ext4 /dev/sda3 rw\n")
    assert mounts_below(str(tmp_path / "link"), table) == {str(tmp_path / "link/disk"): "35"}
