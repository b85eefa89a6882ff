import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landbridge.blueprint.packaging import cache_control, content_type, frontend_files, zip_folder

PATHS = st.from_regex(r"[a-z]{1,5}(/[a-z]{1,5}){0,2}\.py", fullmatch=True)


@given(st.dictionaries(PATHS, st.binary(max_size=50)))
def test_a_package_holds_exactly_its_files_in_whatever_order_they_came(files: dict[str, bytes]) -> None:
    package = zip_folder(files)
    assert package == zip_folder(dict(reversed(files.items())))
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == files


def test_lambda_can_execute_what_is_in_a_package() -> None:
    with zipfile.ZipFile(io.BytesIO(zip_folder({"bootstrap": b"#!/bin/sh"}))) as archive:
        assert archive.getinfo("bootstrap").external_attr >> 16 == 0o100755


def test_pythons_caches_are_no_part_of_a_package() -> None:
    files = {"app.py": b"1", "__pycache__/app.cpython-312.pyc": b"2", "lib/__pycache__/x.pyc": b"3"}
    assert zip_folder(files) == zip_folder({"app.py": b"1"})


@pytest.mark.parametrize(
    ("name", "type_"),
    [
        ("index.html", "text/html; charset=utf-8"),
        ("assets/app.js", "text/javascript; charset=utf-8"),
        ("a.b/APP.CSS", "text/css; charset=utf-8"),
        ("favicon.svg", "image/svg+xml"),
        ("font.woff2", "font/woff2"),
        ("LICENSE", "application/octet-stream"),
        ("data.unknown", "application/octet-stream"),
    ],
)
def test_an_object_has_the_media_type_of_its_suffix(name: str, type_: str) -> None:
    assert content_type(name) == type_


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("index.html", "no-cache"),
        ("about/us.html", "no-cache"),
        ("assets/app.js", "max-age=60"),
        ("assets/application.js", "max-age=60"),
        ("assets/app-configuration.js", "max-age=60"),
        ("assets/app-4f3c2a1b.js", "max-age=31536000, immutable"),
        ("assets/app.D8zQ1x0k.css", "max-age=31536000, immutable"),
    ],
)
def test_a_browser_may_keep_what_cannot_change(name: str, expected: str) -> None:
    assert cache_control(name) == expected


def test_files_become_objects_in_the_order_of_their_keys() -> None:
    objects = frontend_files({"b.css": b"2", "a.js": b"1"})
    assert [(file.key, file.body, file.content_type) for file in objects] == [
        ("a.js", b"1", "text/javascript; charset=utf-8"),
        ("b.css", b"2", "text/css; charset=utf-8"),
    ]
