import subprocess
import sys
from pathlib import Path

import psutil
from tests.serve.functions.fleets import has_ended

PROGRAM = """
import asyncio, sys
from pathlib import Path
from tests.serve.functions.fleets import open_trial, run

SOURCE = '''
import os, subprocess, time
child = subprocess.Popen(["sleep", "60"])
def handler(event, context):
    print(os.getpid(), child.pid)
    time.sleep(60)
'''

async def trial():
    async with open_trial(Path(sys.argv[1])) as fleet:
        call = asyncio.create_task(fleet.invoke(fleet.deploy("orders", SOURCE)))
        print(await fleet.hear(1), flush=True)
        await call

run(trial())
"""


def test_no_process_of_a_function_survives_landbridge_killed_at_once(tmp_path: Path) -> None:
    root = Path(__file__).parents[3]
    program = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=root,
        env={"PYTHONPATH": f"{root}:{root / 'src'}"},
    )
    assert program.stdout is not None
    with program, program.stdout:
        process_ids = [int(word) for word in program.stdout.readline().split()]
        descendants = [psutil.Process(process_id) for process_id in process_ids]
        assert len(descendants) == 2
        program.kill()
        program.wait()
    _, alive = psutil.wait_procs(descendants, timeout=5)
    assert [process.pid for process in alive if not has_ended(process.pid)] == []
