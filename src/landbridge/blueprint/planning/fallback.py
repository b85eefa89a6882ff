"""The single-page app's fallback as a mapping template: paths that are no file are answered with the index.

S3's REST interface has no error document, and a response mapping cannot fetch another object. But a request
template may override the key before S3 is asked.

AWS: "Variables for data transformations for API Gateway"
"""

from landbridge.blueprint.declaration import Frontend
from landbridge.blueprint.packaging import FrontendFile

LOOKS_LIKE_A_FILE = "^(.*/)?[^/]*[.][^/]*$"
"""The last segment has a dot. Anchored, for Velocity's ``matches`` means the whole string."""


def template(frontend: Frontend, files: tuple[FrontendFile, ...]) -> str:
    """The request template; it prints nothing, so that S3 gets no body.

    Files without a suffix are named in it, so that they are found. A name with a quotation mark cannot be
    written in Velocity and is not among them.
    """
    listed = ", ".join(f"'{key}'" for key in keys_without_suffix(files) if "'" not in key)
    known = " && !$files.contains($key)" if listed else ""
    return "".join(
        (
            "#set($key = $input.params('proxy'))",
            f"#set($files = [{listed}])" if listed else "",
            f"#if(!$key.matches('{LOOKS_LIKE_A_FILE}'){known})",
            f"#set($context.requestOverride.path.key = '{frontend.index}')",
            "#end",
        )
    )


def keys_without_suffix(files: tuple[FrontendFile, ...]) -> tuple[str, ...]:
    """The files that a path of the app could be mistaken for."""
    return tuple(file.key for file in files if "." not in file.key.rpartition("/")[2])
