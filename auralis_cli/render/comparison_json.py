"""`compare --json`: one JSON object."""

import msgspec

from auralis_cli.render.safe_text import base64_unless_utf8, utf8_text
from auralis_cli.similarity.distance import Comparison


def comparison_line(comparison: Comparison, a: str, b: str) -> str:
    """Similarity, distance, both paths, and the dimensions."""
    line = {
        "similarity": comparison.similarity,
        "distance": comparison.distance,
        "a_path": utf8_text(a),
        "a_path_b64": base64_unless_utf8(a),
        "b_path": utf8_text(b),
        "b_path_b64": base64_unless_utf8(b),
        "dimensions": comparison.dimensions,
    }
    return msgspec.json.encode(line).decode()
