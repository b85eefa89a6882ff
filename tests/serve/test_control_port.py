import asyncio
import json
import logging
from typing import Any

import pytest
from tests.serve.functions.fleets import run

from landbridge.errors import DeclarationError
from landbridge.serve.control_port import LONGEST_LINE, control_port

TOKEN = "right"


async def echo(request: dict[str, Any]) -> dict[str, Any]:
    return {"echo": request.get("word")}


async def refuse(request: dict[str, Any]) -> dict[str, Any]:
    raise DeclarationError("There is no vantage", "use another")


async def fail(request: dict[str, Any]) -> dict[str, Any]:
    raise ValueError("a bug")


COMMANDS = {"echo": echo, "refuse": refuse, "fail": fail}


async def send(port: int, line: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(line)
    try:
        return await reader.read()
    except ConnectionResetError:
        return b""
    finally:
        writer.close()


def answer_to(line: bytes) -> Any:
    async def trial() -> None:
        async with control_port(TOKEN, COMMANDS, 0) as port:
            answers.append(json.loads(await send(port, line)))
            # Whatever was sent, the port goes on serving.
            good = request(command="echo", word="again")
            assert json.loads(await send(port, good)) == {"echo": "again"}

    answers: list[Any] = []
    run(trial())
    return answers[0]


def request(token: object = TOKEN, **members: object) -> bytes:
    return json.dumps({"token": token, **members}).encode() + b"\n"


def test_a_command_is_answered_with_one_line() -> None:
    assert answer_to(request(command="echo", word="ü")) == {"echo": "ü"}


@pytest.mark.parametrize("token", ["wrong", "", None, 7, ["right"], "rïght", "\ud800"])
def test_a_wrong_token_commands_nothing(token: object) -> None:
    answer = answer_to(request(token, command="echo", word="secret"))
    assert answer["error"] == "The token is wrong"


@pytest.mark.parametrize("line", [b"[]\n", b'"right"\n', b"null\n", b"{}\n"])
def test_a_request_without_a_token_commands_nothing(line: bytes) -> None:
    assert answer_to(line)["error"] == "The token is wrong"


@pytest.mark.parametrize(
    "line", [b"\n", b"garbage\n", b"\xff\xfe\n", b"GET / HTTP/1.1\r\n\r\n", b"[" * 100_000 + b"\n"]
)
def test_a_line_that_is_no_json_is_told(line: bytes) -> None:
    assert "not one line of JSON" in answer_to(line)["error"]


def test_an_unknown_command_is_told() -> None:
    assert answer_to(request(command="explode"))["error"] == "There is no command 'explode'"


def test_the_users_mistake_is_answered_with_its_hint() -> None:
    assert answer_to(request(command="refuse")) == {"error": "There is no vantage", "hint": "use another"}


def test_an_oversized_line_and_a_client_that_leaves_do_no_harm() -> None:
    async def trial() -> None:
        async with control_port(TOKEN, COMMANDS, 0) as port:
            await send(port, b"x" * (LONGEST_LINE + 100) + b"\n")
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.transport.abort()
            assert json.loads(await send(port, request(command="echo", word=1))) == {"echo": 1}

    run(trial())


def test_a_bug_in_a_command_is_not_hidden(caplog: pytest.LogCaptureFixture) -> None:
    async def trial() -> None:
        async with control_port(TOKEN, COMMANDS, 0) as port:
            assert await send(port, request(command="fail")) == b""
            assert json.loads(await send(port, request(command="echo", word=1))) == {"echo": 1}

    with caplog.at_level(logging.ERROR):
        run(trial())
    assert any(record.exc_info and "a bug" in str(record.exc_info[1]) for record in caplog.records)


def test_nothing_listens_when_the_context_is_over() -> None:
    async def trial() -> None:
        async with control_port(TOKEN, COMMANDS, 0) as port:
            pass
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", port)

    run(trial())
