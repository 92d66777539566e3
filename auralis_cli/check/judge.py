"""The rules applied to albums, each track under the policy of its folder."""

from collections.abc import Iterable, Iterator

from auralis_cli.check.finding import Finding, Found
from auralis_cli.check.policy import Policies, Policy
from auralis_cli.check.rule import Rule
from auralis_cli.check.track import Album, Track


def judge(albums: Iterable[Album], policies: Policies) -> Iterator[tuple[Album, list[Finding]]]:
    """Each album with what the rules find in it, in the order of its tracks; first what is about the whole,
    unless only some of its tracks are asked about.

    Raises ConfigError for an `auralis.toml` that is wrong.
    """
    for album in albums:
        yield album, _judge(album, policies)


def _judge(album: Album, policies: Policies) -> list[Finding]:
    asked = album.asked
    findings: list[Finding] = []
    folder, policy = album.place, policies.of(album.place)
    limits = policy.limits
    for track in (*album.tracks, *album.failed):
        if asked is not None and track.path not in asked:
            continue
        if track.folder != folder:
            folder = track.folder
            policy = policies.of(folder)
            limits = policy.limits
        for decide, rule in policy.track_rules:
            if (found := decide(track, limits)) is not None:
                findings.append(_finding(rule, policy, album, track, found))
    policy = policies.of(album.place)
    is_asked = asked is None or all(track.path in asked for track in album.tracks)
    for find, rule in policy.album_rules:
        for about, found in find(album, policy.limits):
            if is_asked or (asked is not None and about is not None and about.path in asked):
                findings.append(_finding(rule, policy, album, about, found))
    if len(findings) > 1:
        findings.sort(key=lambda finding: (finding.path, finding.code))
    return findings


def _finding(rule: Rule, policy: Policy, album: Album, track: Track | None, found: Found) -> Finding:
    if track is not None:
        path, content_key = track.path, track.content_key
    else:  # the album as a whole is known by the least of its hashes: a new name or order changes nothing
        path, content_key = album.place, min((each.content_key for each in album.tracks), default="")
    return Finding(
        rule.code, rule.level, path, album.name, found, content_key, fails=rule.level in policy.failing
    )
