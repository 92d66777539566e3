"""The versions of the reference: its analysis version, and those of the packages it uses."""

from importlib.metadata import PackageNotFoundError, version
from typing import Final

from auralis_cli import __version__
from auralis_cli.model.record import ANALYSIS_VERSION
from auralis_cli.reference.ffmpeg_decoding import find_ffmpeg
from auralis_cli.workers.protocol import PROTOCOL_VERSION, Ready

PACKAGES: Final = ("numpy", "scipy", "librosa", "pyloudnorm", "soundfile")
"""The packages of the extra `bench`, on which the numbers can depend."""

DECODERS: Final = ("flac", "pcm", "vorbis")
"""Codecs that soundfile decodes; ffmpeg decodes the others."""

INSTALL_THE_EXTRA: Final = "run pip install '.[bench]' in the source tree"


class MissingPackageError(Exception):
    """A package of the extra is not installed. The message names it and the command that installs it."""


def package_versions() -> dict[str, str]:
    """The version of each package. Raises MissingPackageError."""
    try:
        return {package: version(package) for package in PACKAGES}
    except PackageNotFoundError as missing:
        raise MissingPackageError(
            f"the reference needs the package {missing.name}, which is not installed; {INSTALL_THE_EXTRA}"
        ) from missing


def reference_version() -> str:
    """The versions of auralis and of the packages: `0.1.0+numpy2.3.1.scipy1.16`."""
    return f"{__version__}+" + ".".join(f"{name}{number}" for name, number in package_versions().items())


def ready(ffmpeg: str | None) -> Ready:
    """The first line of the protocol. Raises MissingPackageError."""
    return Ready(
        protocol=PROTOCOL_VERSION,
        analysis_version=ANALYSIS_VERSION,
        worker_version=reference_version(),
        build_profile="release",
        decoders=DECODERS,
        ffmpeg=find_ffmpeg(ffmpeg),
    )
