"""How many examples a fuzz test tries: few in the suite, `AURALIS_FUZZ_EXAMPLES` of them when asked."""

import os

from hypothesis import HealthCheck, settings

fuzz = settings(
    max_examples=int(os.environ.get("AURALIS_FUZZ_EXAMPLES", "100")),
    # A busy machine is no defect; one file in one folder is written anew for each example.
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
