"""An execution environment: initialises a function once, then runs one invocation at a time."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import partial

from landbridge.semantics.functions import log_lines
from landbridge.semantics.functions.errors import MAXIMUM_RESPONSE_BYTES, MAXIMUM_STREAMED_BYTES
from landbridge.semantics.needs import Invoked, InvokeRefused
from landbridge.serve.functions import failure
from landbridge.serve.functions.deployment import Deployment, DeploymentRefusedError
from landbridge.serve.functions.failure import Failure
from landbridge.serve.functions.host import Host
from landbridge.serve.functions.invocation import Invocation
from landbridge.serve.functions.log_writer import Wording, name_stream
from landbridge.serve.functions.process import Program
from landbridge.serve.functions.runtime import Reply, Runtime
from landbridge.serve.response_stream import Hold
from landbridge.wire.runtime_api import (
    ACCEPTED,
    InitError,
    InvocationError,
    InvocationResponse,
    ResponsePiece,
    render_invalid_request_id,
    render_invalid_transition,
    render_invocation,
    render_too_large,
)

_MIB = 1024 * 1024
_CLOCK_STEP_S = 0.001
"""A timer may be early by as much as its clock is coarse."""


class Phase(Enum):
    """Where an environment is in its life.

    AWS: "Understanding the Lambda execution environment lifecycle"
    """

    INIT = "init"
    INIT_AGAIN = "init, again, inside the first invocation and within its timeout"
    INVOKE = "initialised: an invocation runs, or may come"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Owner:
    """Whom an environment tells that it is free, and that it is gone."""

    freed: Callable[["ExecutionEnvironment"], None]
    gone: Callable[["ExecutionEnvironment", Invocation | None], None]
    """With the invocation that it had taken and the runtime had not."""


class ExecutionEnvironment:
    """One environment of a function; its owner gives it an invocation whenever it is free."""

    def __init__(self, deployment: Deployment, host: Host, owner: Owner) -> None:
        self.deployment = deployment
        self.invocation: Invocation | None = None
        self.idle_since = 0.0
        self.used = True
        """Whether it has run since its memory was last looked at."""
        function = deployment.function
        self._function = function
        self._host = host
        self._owner = owner
        self._log = host.logs.open(function.name, name_stream(function.version))
        self._loop = asyncio.get_running_loop()
        self._phase = Phase.INIT
        self._runtime: Runtime | None = None
        self._alarm: asyncio.TimerHandle | None = None
        self._alarm_at = 0.0
        self._init_ends_at = 0.0
        self._unreported: Wording | None = None
        self._init_began = 0.0
        self._init_ms: float | None = None
        self._memory_mb = 0
        self._last_request_id = ""

    def open(self, invocation: Invocation) -> None:
        """Begins the init phase, for this invocation."""
        self.invocation = invocation
        self._log.write(self.deployment.init_start_line)
        self._spawn()

    def run(self, invocation: Invocation) -> None:
        """Runs an invocation in this warm environment, which must be free."""
        self.invocation = invocation
        self.used = True
        self._begin_timeout(invocation)
        if self._runtime is not None and self._runtime.waiting:
            self._deliver(invocation, self._runtime)

    def sample_memory(self) -> None:
        """Notes how much memory the process holds; more than the function has is its end.

        AWS: "Configure Lambda function memory"
        """
        self.used = self.invocation is not None
        limit_mb = self._function.memory_mb
        if self._note_memory() > limit_mb and self.invocation is not None:
            self._break(failure.note_memory(self.invocation.request_id, limit_mb))

    def stop(self) -> None:
        """Ends the environment and its process; an invocation in it stays unanswered."""
        self._phase = Phase.STOPPED
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        if self._runtime is not None:
            self._runtime.stop()
        self._report()

    def close_log(self) -> None:
        """Sees that the log has all that the last invocation wrote, its END and REPORT lines too."""
        if self._runtime is not None:
            self._runtime.drain()
        self._report()

    def polled(self) -> bool:
        """The runtime asks for an event; False while it has not answered the last one."""
        if self._phase is not Phase.INVOKE:
            self._initialised()
        invocation = self.invocation
        if invocation is None:
            return True
        if invocation.delivered:
            return False
        if self._runtime is not None:
            self._deliver(invocation, self._runtime)
        return True

    def responded(self, response: InvocationResponse, reply: Reply) -> None:
        """The runtime answers the invocation it has."""
        invocation = self._find(response.request_id, "InvocationResponse", reply)
        if invocation is None:
            return
        if response.size_bytes > MAXIMUM_RESPONSE_BYTES:
            reply(render_too_large(MAXIMUM_RESPONSE_BYTES))
            self._fail(invocation, failure.note_size(MAXIMUM_RESPONSE_BYTES))
        else:
            reply(ACCEPTED)
            self._finish(invocation, response.body)
        self._owner.freed(self)

    def streams(self, request_id: str) -> bool:
        """Whether the invocation it has is this one, and its caller wants the answer as it comes."""
        invocation = self.invocation
        if invocation is None or invocation.streamed is None:
            return False
        return invocation.request_id == request_id

    def streamed(self, piece: ResponsePiece, hold: Hold) -> None:
        """The runtime streams its answer to the invocation it has; one that is over is not heard."""
        invocation = self.invocation
        if invocation is None or invocation.streamed is None or invocation.request_id != piece.request_id:
            return
        invocation.pass_on(invocation.streamed, piece.piece, self._loop.time(), hold)
        if invocation.streamed.size_bytes > MAXIMUM_STREAMED_BYTES:
            self._fail(invocation, failure.note_size(MAXIMUM_STREAMED_BYTES))
            self._owner.freed(self)

    def failed(self, error: InvocationError, reply: Reply) -> None:
        """The runtime reports that the function failed on the invocation it has."""
        invocation = self._find(error.request_id, "InvocationErrorResponse", reply)
        if invocation is not None:
            reply(ACCEPTED)
            self._finish(invocation, error.body, "Unhandled")
            self._owner.freed(self)

    def init_failed(self, error: InitError, reply: Reply) -> None:
        """The runtime could not initialise the function."""
        if self._phase is Phase.INVOKE:
            reply(render_invalid_transition("Ready", "InitError"))
            return
        reply(ACCEPTED)
        self._break(failure.note_init_error(error))

    def wrote(self, events: list[str]) -> None:
        """The process wrote log events."""
        self._log.write_output(events)

    def exited(self, return_code: int) -> None:
        """The process ended by itself, or somebody killed it."""
        request_id = self.invocation.request_id if self.invocation is not None else ""
        self._break(failure.note_exit(request_id, return_code))

    def _spawn(self) -> None:
        task = self._loop.create_task(self._start_runtime())
        self._host.tasks.add(task)
        task.add_done_callback(self._note_start)

    async def _start_runtime(self) -> None:
        await self.deployment.prepare()
        if self._phase is Phase.STOPPED:
            return
        if self.deployment.bootstrap_missing and self.invocation is not None:
            self._break(failure.note_missing_bootstrap(self.invocation.request_id))
            return
        self._init_began = time.perf_counter()
        if self._phase is Phase.INIT:
            self._init_ends_at = self._loop.time() + self._host.limits.init_s
            self._set_alarm(self._init_ends_at)
        self._runtime = Runtime(self)
        await self._runtime.start(self._make_program, self._host.guard)

    def _make_program(self, runtime_api: str) -> Program:
        return self.deployment.program_for(runtime_api, self._log.name)

    def _note_start(self, task: asyncio.Task[None]) -> None:
        self._host.tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is None:
            return
        self.stop()
        invocation, self.invocation = self.invocation, None
        if invocation is not None:
            _refuse(invocation, error)
        self._owner.gone(self, None)

    def _initialised(self) -> None:
        """Notes the end of an init phase that went well."""
        if self._phase is Phase.INIT and self.invocation is not None:
            self._init_ms = (time.perf_counter() - self._init_began) * 1000
            self._begin_timeout(self.invocation)
        self._phase = Phase.INVOKE
        self._note_memory()

    def _note_memory(self) -> int:
        """The MiB that the process holds now; the most of it goes into the report."""
        if self._runtime is None:
            return 0
        used_mb = -(-self._runtime.process.resident_bytes() // _MIB)
        self._memory_mb = max(self._memory_mb, min(used_mb, self._function.memory_mb))
        return used_mb

    def _begin_timeout(self, invocation: Invocation) -> None:
        timeout_s = self._function.timeout_s
        invocation.times_out_at = at = self._loop.time() + timeout_s
        invocation.deadline_ms = time.time_ns() // 1_000_000 + timeout_s * 1000
        self._set_alarm(min(at, invocation.patient_until))

    def _set_alarm(self, at: float) -> None:
        """Sees that `_look_at_clock` runs by then; one that runs too early sets the next itself."""
        if self._alarm is None or self._alarm_at > at:
            if self._alarm is not None:
                self._alarm.cancel()
            self._alarm_at = at
            self._alarm = self._loop.call_at(at, self._look_at_clock)

    def _look_at_clock(self) -> None:
        self._alarm = None
        invocation = self.invocation
        if invocation is None:
            return
        now = self._loop.time() + _CLOCK_STEP_S
        if now >= invocation.patient_until:
            invocation.give_up()
        ends_at = self._init_ends_at if self._phase is Phase.INIT else invocation.times_out_at
        if now < ends_at:
            self._set_alarm(ends_at if invocation.abandoned else min(ends_at, invocation.patient_until))
            return
        if self._phase is Phase.INVOKE:
            self._begin(invocation)
        self._break(failure.note_timeout(invocation.request_id, self._function.timeout_s))

    def _begin(self, invocation: Invocation) -> None:
        if not invocation.began:
            self._report()
            invocation.began = time.perf_counter()
            self._log.write(log_lines.start_line(invocation.request_id, self._function.version))

    def _deliver(self, invocation: Invocation, runtime: Runtime) -> None:
        """Sends the event to the runtime, which waits for one."""
        need = invocation.need
        invocation.delivered = True
        runtime.deliver(
            render_invocation(
                invocation.request_id,
                invocation.deadline_ms,
                need.function_arn,
                need.trace_header,
                need.payload,
            )
        )
        self._begin(invocation)

    def _find(self, request_id: str, wanted: str, reply: Reply) -> Invocation | None:
        """The invocation that the runtime speaks of; None, and the call is answered, when it has no such."""
        invocation = self.invocation
        if invocation is not None and invocation.delivered and invocation.request_id == request_id:
            return invocation
        if request_id == self._last_request_id:
            reply(render_invalid_transition("Ready", wanted))
        else:
            reply(render_invalid_request_id())
        return None

    def _fail(self, invocation: Invocation, cause: Failure) -> None:
        """Answers the caller with a payload of Lambda's own, and says why."""
        if cause.message:
            self._log.tell(cause.message)
        self._finish(invocation, cause.payload, "Unhandled", cause)
        self.close_log()

    def _finish(
        self,
        invocation: Invocation,
        payload: bytes,
        function_error: str = "",
        cause: Failure | None = None,
    ) -> None:
        """Answers the caller and closes the invocation's log."""
        now = self._loop.time()
        waited_ms = invocation.waited_ms(now)
        ran = self._function.version
        invocation.conclude(Invoked(payload, function_error, invocation.request_id, waited_ms, ran), now)
        # The loop's clock may ring a fraction of a millisecond early; a timeout lasted the whole timeout.
        timed_out = cause is not None and cause.status is log_lines.Status.TIMEOUT
        longest = float(self._function.timeout_s)
        seconds = longest if timed_out else min(time.perf_counter() - invocation.began, longest)
        self.invocation = None
        self._last_request_id = invocation.request_id
        self._unreported = partial(
            _word_end,
            invocation.request_id,
            seconds,
            (self._function.memory_mb, self._memory_mb),
            self._init_ms,
            cause,
        )
        self._init_ms = None
        self._loop.call_soon(self._report)

    def _report(self) -> None:
        """Closes the log of the last invocation: now everything it wrote before its response is read."""
        ending, self._unreported = self._unreported, None
        if ending is not None:
            if self._runtime is not None:
                self._runtime.finish_line()
            self._log.write(ending)

    def _break(self, cause: Failure) -> None:
        """Ends the process, which is of no use any more, and answers for it.

        A failed init phase is tried once more, inside the invocation and within the function's timeout.

        AWS: "Understanding the Lambda execution environment lifecycle"
        """
        phase, invocation = self._phase, self.invocation
        if phase is Phase.STOPPED:
            return
        if self._runtime is not None:
            self._runtime.stop()
        if phase in (Phase.INIT, Phase.INIT_AGAIN):
            self._report_init(cause)
        if phase is Phase.INIT and invocation is not None:
            self._phase = Phase.INIT_AGAIN
            self._begin_timeout(invocation)
            self._begin(invocation)
            self._spawn()
            return
        self.stop()
        if invocation is not None and invocation.began:
            self._fail(invocation, cause)
        self._owner.gone(self, self.invocation)

    def _report_init(self, cause: Failure) -> None:
        duration_ms = (time.perf_counter() - self._init_began) * 1000
        phase = "init" if self._phase is Phase.INIT else "invoke"
        self._log.write(log_lines.init_report_line(duration_ms, phase, cause.status, cause.error_type))


def _word_end(
    request_id: str,
    seconds: float,
    memory_mb: tuple[int, int],
    init_ms: float | None,
    cause: Failure | None,
) -> list[str]:
    """The END and REPORT lines; the memory is what the function has, and the most it used."""
    status, error_type = (cause.status, cause.error_type) if cause is not None else (None, "")
    report = log_lines.Report(request_id, seconds * 1000, *memory_mb, init_ms, status, error_type)
    return [log_lines.end_line(request_id), log_lines.report_line(report)]


def _refuse(invocation: Invocation, error: BaseException) -> None:
    """Tells the caller why there is no environment; what nobody foresaw rises where it waits."""
    if isinstance(error, DeploymentRefusedError):
        invocation.settle(error.refusal)
    elif isinstance(error, OSError):
        invocation.settle(InvokeRefused("ServiceException", f"This machine cannot start a process: {error}"))
    elif not invocation.abandoned:
        invocation.answer.set_exception(error)
