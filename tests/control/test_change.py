import pytest

from landbridge.control.change import changes_nothing


@pytest.mark.parametrize(
    ("operation", "reads"),
    [
        ("DescribeVpcs", True),
        ("GetExport", True),
        ("ListBuckets", True),
        ("HeadObject", True),
        ("AssumeRole", True),
        ("Invoke", True),
        ("FilterLogEvents", True),
        ("CreateVpc", False),
        ("PutObject", False),
        ("ModifyListener", False),
        ("EnableVgwRoutePropagation", False),
        ("TagResource", False),
    ],
)
def test_a_call_changes_something_unless_its_name_says_that_it_reads(operation: str, reads: bool) -> None:
    assert changes_nothing(operation) is reads
