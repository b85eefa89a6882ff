from landbridge.semantics.iam.parse import parse_policy


def test_policies_that_say_the_same_are_equal_however_they_are_written() -> None:
    written = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject"}]}'
    again = '{"Statement":[{"Action":"s3:GetObject","Effect":"Allow"}],"Version":"2012-10-17"}'
    assert parse_policy(written) == parse_policy(again)
    assert parse_policy(written) != parse_policy(written.replace("Get", "Put"))
