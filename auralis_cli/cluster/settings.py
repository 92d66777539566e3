"""The engine that the settings ask for, made for a scan."""

import secrets
from functools import partial

from auralis_cli.cluster.dask_pool import DaskPool
from auralis_cli.cluster.link import OpenLink, open_link
from auralis_cli.cluster.ship import open_shipping_link
from auralis_cli.cluster.wire import Terms
from auralis_cli.model.errors import ConfigError
from auralis_cli.model.record import AnalyzerName, AnalyzerVersion
from auralis_cli.settings.values import Settings
from auralis_cli.workers.ffmpeg_version import ffmpeg_version
from auralis_cli.workers.limits import track_limits
from auralis_cli.workers.remote_track import opener_of_any


def dask_pool(settings: Settings, analyzer: AnalyzerVersion, *, audio_only: bool) -> DaskPool:
    """The pool on the cluster of the settings. Raises ConfigError where they name none."""
    if settings.scheduler is None and settings.scheduler_file is None:
        raise ConfigError(
            "engine 'dask' needs a scheduler: give --scheduler tcp://HOST:8786 or --scheduler-file FILE"
        )
    if settings.analyzer is not AnalyzerName.WORKER:
        raise ConfigError("engine 'dask' runs fp-worker alone; leave out --analyzer or --engine")
    ffmpeg = ffmpeg_version(settings.ffmpeg)
    terms = Terms(
        scan=secrets.token_hex(8),
        audio_only=audio_only,
        nice=settings.nice,
        timeout=settings.timeout,
        max_memory=settings.max_memory,
        ffmpeg=ffmpeg is not None,
        path_map=settings.path_map,
        ship=settings.ship,
    )
    link: OpenLink = partial(open_link, settings.scheduler, settings.scheduler_file)
    if settings.ship:
        limits = track_limits(settings, settings.analyzer)
        link = partial(open_shipping_link, link, opener_of_any(limits, settings.jobs), limits)
    return DaskPool(link, terms, analyzer, ffmpeg)
