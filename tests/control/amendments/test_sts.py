from tests.control.worlds import ACCOUNT, role

from landbridge.control.aws_api import AwsApi


def test_credentials_of_nobody_are_the_root_user(api: AwsApi) -> None:
    identity = api.client("sts").get_caller_identity()
    assert (identity["Account"], identity["UserId"]) == (ACCOUNT, ACCOUNT)
    assert identity["Arn"] == f"arn:aws:iam::{ACCOUNT}:root"


def test_credentials_of_a_role_are_the_role_session() -> None:
    from moto.sts.models import STSBackend

    from landbridge.control.amendments.sts import get_caller_identity

    session = ("AROA:me", f"arn:aws:sts::{ACCOUNT}:assumed-role/orders/me", ACCOUNT)
    backend = STSBackend("eu-central-1", ACCOUNT)
    assert get_caller_identity(lambda *_: session, backend, "ASIA", "eu-central-1") == session


def test_moto_still_lacks_the_root_user(api: AwsApi) -> None:
    from moto.sts.models import STSBackend, sts_backends

    from landbridge.control.amendments.amend import original_of

    role(api)
    assert api.client("sts").get_caller_identity()
    backend = sts_backends[ACCOUNT]["aws"]
    _, arn, _ = original_of(STSBackend, "get_caller_identity")(backend, "landbridge", "eu-central-1")
    assert arn.endswith(":user/moto")


def test_moto_still_forgets_the_managed_policies_and_tags_of_a_session(api: AwsApi) -> None:
    from moto.sts.models import sts_backends

    sts = api.client("sts")
    arn = {"arn": f"arn:aws:iam::{ACCOUNT}:policy/read"}
    sts.assume_role(
        RoleArn=role(api), RoleSessionName="ann", PolicyArns=[arn], Tags=[{"Key": "a", "Value": "b"}]
    )
    (session,) = sts_backends[ACCOUNT]["aws"].assumed_roles
    kept = vars(session)
    assert (kept.pop("landbridge_policy_arns"), kept.pop("landbridge_tags")) == ((arn["arn"],), (("a", "b"),))
    assert arn["arn"] not in repr(kept)
