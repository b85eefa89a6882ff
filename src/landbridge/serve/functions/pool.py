"""The execution environments of one version: reused while warm, opened by need, stopped when idle."""

import asyncio
from collections import deque
from dataclasses import replace

from landbridge.model.functions import Function
from landbridge.semantics.functions import refusals
from landbridge.semantics.functions.errors import MAXIMUM_REQUEST_BYTES
from landbridge.semantics.needs import Invoke, InvokeRefused
from landbridge.serve.functions.deployment import Deployment
from landbridge.serve.functions.environment import ExecutionEnvironment, Owner
from landbridge.serve.functions.host import Host
from landbridge.serve.functions.invocation import Invocation, InvokeResult


class Pool:
    """The environments of one version of a function; each runs one invocation at a time.

    AWS: "Understanding Lambda function scaling"
    """

    def __init__(self, function: Function, host: Host, peers: "list[Pool]") -> None:
        """`peers` has the pools of all the function's versions, this one among them once it is made."""
        self._function = function
        self._peers = peers
        self._host = host
        self._loop = asyncio.get_running_loop()
        self._deployment = Deployment(function, host)
        self._owner = Owner(self._freed, self._gone)
        self._environments: set[ExecutionEnvironment] = set()
        self._idle: list[ExecutionEnvironment] = []
        """The one used last is at the end, and is used next."""
        self._waiting: deque[Invocation] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self._sampling = False
        self._retired = False

    async def invoke(self, need: Invoke) -> InvokeResult:
        """What the function answers, or why it does not."""
        if len(need.payload) > MAXIMUM_REQUEST_BYTES:
            return refusals.request_too_large(len(need.payload))
        if self._exhausted():
            return refusals.throttled()
        invocation = Invocation(need, self._loop.create_future(), self._loop.time())
        self._place(invocation)
        if not self._sampling:
            self._watch(self._host.limits.sample_s)
        return await (invocation.answer if invocation.streamed is None else invocation.outcome())

    def update(self, function: Function) -> None:
        """From now on this configuration counts; environments of an older one finish what they run."""
        renewed = _strip(function) != _strip(self._function)
        self._function = function
        if not renewed:
            return
        self._deployment = Deployment(function, self._host)
        for environment in self._idle:
            self._stop(environment)
        self._idle.clear()
        self._serve_next()

    @property
    def load(self) -> int:
        """How many invocations run, or wait for an environment."""
        running = sum(environment.invocation is not None for environment in self._environments)
        return running + len(self._waiting)

    def close_logs(self) -> None:
        """Sees that the log has all that was written for invocations that have been answered."""
        for environment in self._environments:
            environment.close_log()

    def retire(self) -> None:
        """The function is gone: who waits is told, what runs may finish."""
        self._retired = True
        for environment in self._idle:
            self._stop(environment)
        self._idle.clear()
        while self._waiting:
            self._waiting.popleft().settle(refusals.function_not_found(self._function.arn))

    def close(self) -> None:
        """Stops every environment at once."""
        self.retire()
        for environment in list(self._environments):
            if environment.invocation is not None:
                environment.invocation.settle(InvokeRefused("ServiceException", "landbridge stops"))
            self._stop(environment)
        if self._timer is not None:
            self._timer.cancel()

    def _exhausted(self) -> bool:
        """Whether reserved concurrency lets no further invocation in; all versions share it.

        AWS: "Configuring reserved concurrency for a function"
        """
        reserved = self._function.reserved_concurrency
        if reserved is None:
            return False
        return sum(pool.load for pool in self._peers) >= reserved

    def _place(self, invocation: Invocation) -> None:
        if self._idle:
            self._idle.pop().run(invocation)
        elif len(self._environments) < self._host.limits.environments:
            environment = ExecutionEnvironment(self._deployment, self._host, self._owner)
            self._environments.add(environment)
            environment.open(invocation)
        else:
            invocation.patience = self._loop.call_at(invocation.patient_until, invocation.give_up)
            self._waiting.append(invocation)

    def _freed(self, environment: ExecutionEnvironment) -> None:
        if environment.deployment is not self._deployment or self._retired:
            self._stop(environment)
        else:
            environment.idle_since = self._loop.time()
            self._idle.append(environment)
        self._serve_next()

    def _gone(self, environment: ExecutionEnvironment, invocation: Invocation | None) -> None:
        """Forgets an environment; what it had taken and not begun comes first elsewhere."""
        self._environments.discard(environment)
        if environment in self._idle:
            self._idle.remove(environment)
        if invocation is not None and self._retired:
            invocation.settle(refusals.function_not_found(self._function.arn))
        elif invocation is not None:
            self._waiting.appendleft(invocation)
        self._serve_next()

    def _serve_next(self) -> None:
        """Places who waits, as far as there is room; whose caller has left is let go."""
        while self._waiting and (self._idle or len(self._environments) < self._host.limits.environments):
            invocation = self._waiting.popleft()
            if invocation.patience is not None:
                invocation.patience.cancel()
            if not invocation.abandoned:
                self._place(invocation)

    def _stop(self, environment: ExecutionEnvironment) -> None:
        environment.stop()
        self._environments.discard(environment)

    def _watch(self, delay_s: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._sampling = delay_s <= self._host.limits.sample_s
        self._timer = self._loop.call_later(delay_s, self._look_around)

    def _look_around(self) -> None:
        """Looks at the memory of what has run, stops what is idle, and comes back when there is reason to."""
        busy = [environment for environment in self._environments if environment.used]
        for environment in busy:
            environment.sample_memory()
        limits, now = self._host.limits, self._loop.time()
        while self._idle and now - self._idle[0].idle_since >= limits.idle_s:
            self._stop(self._idle.pop(0))
        if busy:
            self._watch(limits.sample_s)
        elif self._environments:
            oldest = self._idle[0].idle_since if self._idle else now
            self._watch(max(oldest + limits.idle_s - now, limits.sample_s * 2))
        else:
            self._timer, self._sampling = None, False


def _strip(function: Function) -> Function:
    """What an environment depends on; who may invoke it, by which name and how often, it does not."""
    return replace(function, policy=None, reserved_concurrency=None, versions=(), aliases=(), urls=())
