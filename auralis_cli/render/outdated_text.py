"""What a scan says of tracks that an older analysis version has analysed."""

from auralis_cli.render.formats import about
from auralis_cli.upkeep.renewal import Outdated


def outdated_text(outdated: Outdated, *, renew: bool) -> str:
    """`40,112 tracks are of analysis 2; renewing takes about 3 h 10 min; --no-renew to wait`."""
    are = "track is" if outdated.tracks == 1 else "tracks are"
    versions = ", ".join(map(str, outdated.versions))
    takes = "" if outdated.seconds is None else f" takes about {about(outdated.seconds)}"
    text = f"{outdated.tracks:,} {are} of analysis {versions}; "
    if renew:
        return text + f"renewing{takes or ' begins'}; until then the old values stay; --no-renew to wait"
    return text + f"the old values stay (--no-renew); renewing them{takes or ' is left to a later scan'}"
