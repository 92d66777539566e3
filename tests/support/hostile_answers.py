"""Run as a program with a scheduler file and a path: a client of a cluster whose machines return what would
run code where it is unpickled. Each process that runs it appends its process id to the file at the path.
"""

import asyncio
import importlib
import os
import sys
from pathlib import Path
from typing import Any

from auralis_cli.cluster.link import DaskTask, TaskLostError, open_link

_RUN = "open({path!r}, 'a').write(str(__import__('os').getpid()) + '\\n')"
_TYPE = "type('Hostile', ({base},), {{'__reduce__': lambda self: (eval, ({run!r},))}})"
"""An object or exception whose pickle is a call."""


class Ears:
    """Hears nothing."""

    def heard_pulse(self, message: object) -> None: ...

    def heard_left(self, machine: str, *, expected: bool) -> None: ...

    def heard_joined(self) -> None: ...


async def main(scheduler_file: str, path: str) -> None:
    link = await open_link(None, Path(scheduler_file), Ears())
    while not (machines := await link.members()):
        await asyncio.sleep(0.1)
    machine = next(iter(machines))
    run = _RUN.format(path=path)
    returned = _TYPE.format(base="object", run=run) + "()"
    raised = f"(_ for _ in ()).throw({_TYPE.format(base='Exception', run=run)}())"
    client: Any = link._client
    for code in (returned, f"[{returned}]", f"{{'a': {returned}}}", raised):
        task = DaskTask(client.submit(eval, code, workers=[machine], pure=False))
        try:
            print("answer", type(await asyncio.wait_for(task.answer(), 30)).__name__)
        except TaskLostError:
            print("refused")
        task.release()
    protocol: Any = importlib.import_module("distributed.protocol")
    serialize: Any = importlib.import_module("distributed.protocol.serialize")
    hostile = eval(returned)
    for wrapped in (serialize.ToPickle(hostile), serialize.Serialize(hostile)):
        try:
            protocol.loads(
                [bytes(frame) for frame in protocol.dumps({"op": "task-finished", "data": wrapped})]
            )
            print("read")
        except TypeError as error:
            print(type(error).__name__)
    answer = await link.call(machine, "leave", b"unknown").answer()
    print("the connection still works:", answer)
    print("this process:", os.getpid())
    await link.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
