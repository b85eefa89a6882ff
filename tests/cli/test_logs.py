from landbridge.cli.logs import log_line


def test_a_line_has_its_time_and_its_source_in_front() -> None:
    line = log_line(1_649_165_889_404, "/aws/lambda/orders", "START RequestId: 1\n")
    assert line == "2022-04-05T13:38:09.404Z /aws/lambda/orders START RequestId: 1"
