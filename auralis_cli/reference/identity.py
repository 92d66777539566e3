"""Who the reference is: its analysis version, and the versions of what it is made of."""

from importlib.metadata import PackageNotFoundError, version
from typing import Final

from auralis_cli import __version__
from auralis_cli.reference.ffmpeg_decoding import find_ffmpeg
from auralis_cli.workers.protocol import PROTOCOL_VERSION, Ready

ANALYSIS_VERSION: Final = 2
"""Version of the definitions that this package follows; the worker's must be the same."""

PACKAGES: Final = ("numpy", "scipy", "librosa", "pyloudnorm", "soundfile")
"""What the extra `bench` installs, and what the numbers can depend on."""

DECODERS: Final = ("flac", "pcm", "vorbis")
"""What soundfile decodes; the rest is ffmpeg's."""

INSTALL_THE_EXTRA: Final = "run pip install 'auralis-cli[bench]'"


class MissingPackageError(Exception):
    """The extra is not installed, or not all of it. The message names the package and the remedy."""


def package_versions() -> dict[str, str]:
    """Version by package. MissingPackageError."""
    try:
        return {package: version(package) for package in PACKAGES}
    except PackageNotFoundError as missing:
        raise MissingPackageError(
            f"the reference needs the package {missing.name}, which is not installed; {INSTALL_THE_EXTRA}"
        ) from missing


def reference_version() -> str:
    """The version of auralis, and as its local part those of the packages: `0.1.0+numpy2.3.1.scipy1.16`."""
    return f"{__version__}+" + ".".join(f"{name}{number}" for name, number in package_versions().items())


def ready(ffmpeg: str | None) -> Ready:
    """The first line of the protocol. MissingPackageError."""
    return Ready(
        protocol=PROTOCOL_VERSION,
        analysis_version=ANALYSIS_VERSION,
        worker_version=reference_version(),
        build_profile="release",
        decoders=DECODERS,
        ffmpeg=find_ffmpeg(ffmpeg),
    )
