"""Why a dimension has no value, in words."""

WORDS = {
    "silent": "every sample is 0",
    "mid_silent": "left and right cancel: their sum is silent",
    "too_short": "the track is too short",
    "below_gate": "nothing passes the loudness gate",
    "no_pulse": "no steady pulse",
    "no_active_frame": "no frame passes the level gate",
    "constant_channel": "a channel is constant",
}


def explain_null(reason: str) -> str:
    """The reason's sentence; a code of a newer worker is shown as it is."""
    return WORDS.get(reason, reason.replace("_", " "))
