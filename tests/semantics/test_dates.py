from email.utils import formatdate

from hypothesis import given
from hypothesis import strategies as st

from landbridge.semantics.dates import http_date, request_time


@given(st.integers(min_value=0, max_value=4_000_000_000_000))
def test_an_http_date_is_the_one_of_the_standard(epoch_ms: int) -> None:
    assert http_date(epoch_ms) == formatdate(epoch_ms // 1000, usegmt=True)


def test_the_request_time_is_common_log_format() -> None:
    assert request_time(1_649_165_889_404) == "05/Apr/2022:13:38:09 +0000"
