"""The file in which a Dask scheduler writes its address (`dask scheduler --scheduler-file`)."""

import asyncio
import json
from pathlib import Path
from typing import Final

from auralis_cli.model.errors import ConfigError, WorkerUnavailableError

LOOK_S: Final = 0.2
TRIES: Final = 5
"""A file that is being written has no address yet."""
MAX_BYTES: Final = 1 << 20


async def address_in(file: Path, within_s: float) -> str:
    """The address; a scheduler that was just started may take so long to write it.

    Raises WorkerUnavailableError without the file, ConfigError where it is none of a scheduler.
    """
    try:
        async with asyncio.timeout(within_s):
            while not file.exists():
                await asyncio.sleep(LOOK_S)
    except TimeoutError:
        raise WorkerUnavailableError(
            f"there is no scheduler file {file}; start a scheduler with 'dask scheduler --scheduler-file "
            f"{file}', or correct --scheduler-file"
        ) from None
    for _ in range(TRIES):
        if (address := _read(file)) is not None:
            return address
        await asyncio.sleep(LOOK_S)
    raise ConfigError(f"{file} names no scheduler; give the file that 'dask scheduler' writes")


def _read(file: Path) -> str | None:
    """The address in the file; None where it has none. Raises ConfigError."""
    try:
        with file.open("rb") as opened:
            said = json.loads(opened.read(MAX_BYTES))
    except OSError as error:
        raise ConfigError(f"cannot read the scheduler file {file}: {error.strerror}") from error
    except (ValueError, RecursionError):
        return None
    address = said.get("address") if isinstance(said, dict) else None
    return address if isinstance(address, str) and address else None
