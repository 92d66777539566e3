"""What one track is to another, in words."""

from auralis_cli.library.duplicates.relation import (
    HEARD_DB,
    HEARD_S,
    MASTERED_BANDS_DB,
    MASTERED_CREST_DB,
    Kind,
    Relation,
)
from auralis_cli.library.duplicates.track import DuplicateTrack
from auralis_cli.render.format_names import format_name
from auralis_cli.render.formats import format_duration


def relation_words(reference: DuplicateTrack, other: DuplicateTrack, relation: Relation) -> str:
    """`the same recording, another encoding, 9.0 dB quieter`: what `other` is to the reference."""
    match relation.kind:
        case Kind.SAME_AUDIO:
            return _same_audio(reference, other)
        case Kind.COPY | Kind.MASTER:
            words = ", ".join(["the same recording", *_differences(reference, other, relation)])
            return words if relation.is_confirmed else f"{words}, by its numbers alone: not listened to"
        case Kind.PART:
            whole = "a part of it" if reference.facts.duration_s > other.facts.duration_s else "more of it"
            return f"{whole}: " + ", ".join(_ends(relation))
        case Kind.EDIT:
            return _edit(reference, other, relation)
        case Kind.COMMON:
            return f"{format_duration(relation.same_s)} of it are the same recording, the rest is not"
        case _:
            return "not the same recording: another take, a live version, another arrangement or speed"


def _same_audio(reference: DuplicateTrack, other: DuplicateTrack) -> str:
    if reference.content_key == other.content_key:
        same = "equal" if reference.facts.codec == other.facts.codec else "equal samples, another format"
        return same if same != "equal" else "the same audio, sample for sample"
    return "the same encoded audio"


def _differences(reference: DuplicateTrack, other: DuplicateTrack, relation: Relation) -> list[str]:
    crest, bands, gain = relation.crest_db or 0.0, relation.bands_db or 0.0, relation.gain_db or 0.0
    words = []
    if relation.kind is Kind.MASTER:
        words.append("another master")
        if crest <= -MASTERED_CREST_DB:
            words.append(f"limited harder (crest factor {-crest:.1f} dB lower)")
        elif crest >= MASTERED_CREST_DB:
            words.append(f"less limited (crest factor {crest:.1f} dB higher)")
        if abs(bands) >= MASTERED_BANDS_DB:
            words.append(f"other tone ({bands:+.1f} dB in a band)")
    elif _encoding(reference) != _encoding(other):
        words.append("another encoding")
    if abs(gain) >= HEARD_DB:
        words.append(f"{abs(gain):.1f} dB {'louder' if gain > 0 else 'quieter'}")
    if relation.is_silence:
        words.append("with other silence around it")
    elif ends := _ends(relation):
        words += ends
    return words


def _ends(relation: Relation) -> list[str]:
    ends = (
        ("starts", relation.later_s, "later", "earlier"),
        ("ends", relation.earlier_s, "earlier", "later"),
    )
    return [
        f"{what} {_seconds(abs(by))} {word if by > 0 else opposite}"
        for what, by, word, opposite in ends
        if abs(by) >= HEARD_S
    ]


def _edit(reference: DuplicateTrack, other: DuplicateTrack, relation: Relation) -> str:
    longer = other.facts.duration_s - reference.facts.duration_s
    if longer > 1:
        name = f"an extended version, {_seconds(longer)} longer"
    else:
        name = f"an edit, {_seconds(-longer)} shorter" if longer < -1 else "an edit"
    whole = max(reference.facts.duration_s, other.facts.duration_s)
    return f"{name}: {format_duration(relation.same_s)} of {format_duration(whole)} are the same"


def _seconds(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 59.95 else format_duration(seconds)


def _encoding(track: DuplicateTrack) -> tuple[object, ...]:
    facts = track.facts
    return (
        facts.codec,
        facts.sample_rate_hz,
        facts.channels,
        facts.bit_depth,
        facts.bit_depth is None and round(track.kilobits_per_s / 16),
    )


def format_words(track: DuplicateTrack) -> str:
    """`FLAC 48 kHz 24 bits`, `MP3 22.05 kHz mono 64 kb/s`."""
    facts = track.facts
    parts = [format_name(facts.codec, facts.container), f"{facts.sample_rate_hz / 1000:g} kHz"]
    if facts.channels != 2:
        parts.append("mono" if facts.channels == 1 else f"{facts.channels} channels")
    bits = facts.bit_depth
    parts.append(f"{track.kilobits_per_s:.0f} kb/s" if bits is None else f"{bits} bits")
    return " ".join(parts)
