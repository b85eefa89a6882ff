from pathlib import Path

from tests.serve.functions.fleets import run
from tests.serve.fuzzing import fuzz


def test_no_attack_crashes_hangs_or_reaches_another_client(tmp_path: Path) -> None:
    async def trial() -> None:
        findings = await fuzz(tmp_path, seed=20_261_122, number=400)
        assert findings.problems == []
        assert findings.victims > 20
        assert {"smuggling", "mutation", "noise", "pipeline", "http2"} <= set(findings.attacks)
        assert {200, 400} <= set(findings.statuses)

    run(trial())
