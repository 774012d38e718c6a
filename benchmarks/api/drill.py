"""The fault drill: ``python -m benchmarks.api.drill --kills 20 [--database-url postgresql+psycopg://…]``.

One fault after the other, while jobs go in all the time: ``kill -9`` of the server at random moments, and of a worker;
clients that leave in the middle of a stream; a store that is away for ten seconds; a full disk (no process of the
service may write a byte to a file); a wall clock that jumps by a day at every look; and, with PostgreSQL, two servers
that share it, one of which is killed. After each fault there is a verdict: every accepted job must have ended once,
with one result, and a reason for every state. A job that is lost or was done twice makes the exit code 1.

The database of a PostgreSQL URL must be empty and the script's own; its user must be a superuser. ``--parts`` runs
some of the faults only.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import signal
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from benchmarks.api.running import ServerProcess
from benchmarks.api.witness import Verdict, Witness

SETTINGS = {
    "workers": 2,
    "worker_niceness": 0,
    "lease_s": 2,
    "desk_processes": 0,
    "max_queue": 10_000,
    "max_queue_per_tenant": 10_000,
}
AWAY_S = 10.0
LONG = {"engine": "ortools", "time_limit_s": 5.0}
PARTS = ("server", "worker", "stream", "store", "disk", "clock", "share")
JUMPING = (sys.executable, "-m", "benchmarks.api.jumping")


def submit_some(witness: Witness, name: str, seed: int) -> None:
    """A long job and two quick ones."""
    witness.submit(f"{name}-long", seed=seed, **LONG)
    for part in range(2):
        witness.submit(f"{name}-{part}", seed=seed)


def kill_servers(server: ServerProcess, witness: Witness, kills: int, rng: random.Random) -> Verdict:
    """``kill -9`` of the server at random moments; it is started again each time."""
    for number in range(kills):
        submit_some(witness, f"server-{number}", number)
        time.sleep(rng.uniform(0.0, 4.0))
        for job in rng.sample(sorted(witness.accepted.values()), min(3, len(witness.accepted))):
            witness.note_result(job)
        server.kill()
        server.start()
    return witness.verdict(f"kill -9 of the server at {kills} random moments")


def kill_workers(server: ServerProcess, witness: Witness, kills: int, rng: random.Random) -> Verdict:
    """``kill -9`` of a worker at random moments while jobs run."""
    for number in range(kills):
        submit_some(witness, f"worker-{number}", number)
        witness.wait_until_solving(witness.submit(f"worker-{number}-longer", seed=number, **LONG))
        time.sleep(rng.uniform(0.0, 4.0))
        workers = server.workers()
        if workers:
            os.kill(rng.choice(workers), signal.SIGKILL)
    return witness.verdict(f"kill -9 of a worker at {kills} random moments")


def leave_streams(witness: Witness, times: int) -> Verdict:
    """Clients that begin to listen and go."""
    for number in range(times):
        witness.leave_a_stream(witness.submit(f"stream-{number}", seed=number, **LONG))
    return witness.verdict(f"{times} clients that leave in the middle of a stream")


def without(witness: Witness, fault: str, away: Callable[[], None]) -> Verdict:
    """Jobs before, in the middle of, and after a time in which ``away`` keeps something from the service."""
    name = fault.replace(" ", "-")  # a name becomes an idempotency key, which has no blanks
    submit_some(witness, f"{name}-before", 1)
    time.sleep(1.0)
    meanwhile = witness.begin(f"{name}-meanwhile", seed=2)
    away()
    meanwhile.join()
    submit_some(witness, f"{name}-after", 3)
    return witness.verdict(fault)


def lock_sqlite(file: Path) -> None:
    """Keep everybody else from writing."""
    connection = sqlite3.connect(file, isolation_level=None, timeout=60.0)
    connection.execute("BEGIN IMMEDIATE")
    time.sleep(AWAY_S)
    connection.execute("ROLLBACK")
    connection.close()


def refuse_postgres(url: str) -> None:
    """Break every connection to the database, and let nobody in for a while."""
    name = make_url(url).database
    engine = create_engine(make_url(url).set(database="template1"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false'))
        connection.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"), {"name": name}
        )
        time.sleep(AWAY_S)
        connection.execute(text(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true'))
    engine.dispose()


def fill_disk(server: ServerProcess) -> None:
    """No process of the service may make a file longer than nothing, as if the disk were full."""
    pids = [server.pid, *server.workers()]
    before = [resource.prlimit(pid, resource.RLIMIT_FSIZE) for pid in pids]
    for pid, (_, hard) in zip(pids, before, strict=True):
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, hard))
    time.sleep(AWAY_S)
    for pid, limits in zip(pids, before, strict=True):
        try:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)
        except ProcessLookupError:
            continue  # a worker that could not go on; its server starts another


@contextmanager
def started(folder: Path, url: str | None, command: tuple[str, ...] = ()) -> Iterator[ServerProcess]:
    """A server for a part of the drill."""
    server = ServerProcess(folder, database_url=url, command=command, **SETTINGS)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def share(folder: Path, url: str, key: str, kills: int, rng: random.Random) -> Verdict:
    """Two servers on one PostgreSQL; now the one, now the other is killed."""
    with started(folder, url) as one, started(folder, url) as other:
        witness = Witness([one.url, other.url], key)
        for number in range(kills):
            for part in range(4):
                submit_some(witness, f"shared-{number}-{part}", part)
            time.sleep(rng.uniform(0.0, 4.0))
            victim = rng.choice((one, other))
            victim.kill()
            victim.start()
        return witness.verdict(f"two servers share a store, one of them is killed {kills} times")


def keep_away(folder: Path, url: str | None, witness: Witness) -> Verdict:
    """The store cannot be written to, or the database is away."""
    if url is None:
        return without(witness, "a store that is locked for 10 s", lambda: lock_sqlite(folder / "jobs.db"))
    return without(witness, "a database that is away for 10 s", lambda: refuse_postgres(url))


def jump(folder: Path, url: str | None, key: str) -> Verdict:
    """A service whose wall clock is mad."""
    with started(folder, url, JUMPING) as jumping:
        witness = Witness([jumping.url], key)
        submit_some(witness, "jump", 1)
        return witness.verdict("a wall clock that jumps by a day at every look")


def drill(folder: Path, url: str | None, kills: int, parts: list[str], rng: random.Random) -> Iterator[Verdict]:
    """The faults, one after the other."""
    with started(folder, url) as server:
        witness = Witness([server.url], server.make_key("drill"))
        faults: dict[str, Callable[[], Verdict]] = {
            "server": lambda: kill_servers(server, witness, kills, rng),
            "worker": lambda: kill_workers(server, witness, max(1, kills // 4), rng),
            "stream": lambda: leave_streams(witness, 10),
            "store": lambda: keep_away(folder, url, witness),
        }
        if url is None:  # the disk of a database server is its own
            faults["disk"] = lambda: without(witness, "a full disk for 10 s", lambda: fill_disk(server))
        for part in parts:
            if part in faults:
                yield faults[part]()
    if "clock" in parts:
        yield jump(folder, url, witness.key)
    if "share" in parts and url is not None:
        yield share(folder, url, witness.key, max(1, kills // 5), rng)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--kills", type=int, default=20)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--database-url", help="of a PostgreSQL database; without it SQLite in a folder of its own")
    arguments.add_argument("--parts", default=",".join(PARTS))
    given = arguments.parse_args()
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        rng, parts = random.Random(given.seed), given.parts.split(",")
        for verdict in drill(Path(folder), given.database_url, given.kills, parts, rng):
            print(verdict, flush=True)
            failed += bool(verdict.faults)
        logs = "".join(log.read_text(errors="replace") for log in Path(folder).glob("server-*.log"))
    internal = logs.count('"message": "internal"')
    print(f"drill: {'FAILED' if failed or internal else 'passed'}; {internal} internal faults in the logs")
    raise SystemExit(failed > 0 or internal > 0)


if __name__ == "__main__":
    main()
