import json
import math
from importlib.resources import files

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from support.made_records import make_record

from auralis_cli.model.dimensions import Dimension, dimensions
from auralis_cli.model.record_rules import Details, broken_rule


def test_a_good_record_breaks_no_rule_with_values_or_nulls() -> None:
    assert broken_rule(make_record()) is None
    assert broken_rule(make_record({d.key: None for d in dimensions()})) is None
    assert broken_rule(make_record({d.key: d.minimum for d in dimensions() if d.minimum is not None})) is None
    assert broken_rule(make_record({d.key: d.maximum for d in dimensions() if d.maximum is not None})) is None


def test_the_details_are_those_of_the_protocol() -> None:
    schema = json.loads(files("auralis_cli").joinpath("schema/protocol.json").read_bytes())
    properties = schema["response"]["$defs"]["Details"]["properties"]
    assert sorted(Details.__struct_fields__) == sorted(properties)


def test_details_of_a_later_version_are_allowed() -> None:
    record = make_record()
    assert (
        broken_rule(msgspec.structs.replace(record, details={**record.details, "later": [1, {"a": None}]}))
        is None
    )
    assert broken_rule(msgspec.structs.replace(record, details={})) is None


@given(st.sampled_from(dimensions()), st.floats())
def test_a_value_breaks_no_rule_where_its_dimension_allows_it(dimension: Dimension, value: float) -> None:
    good = math.isfinite(value) and dimension.allows(value)
    assert (broken_rule(make_record({dimension.key: value})) is None) is good
