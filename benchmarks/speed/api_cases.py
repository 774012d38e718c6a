"""Cases of the service: what a request costs beyond the work it asks for."""

from __future__ import annotations

import asyncio
import atexit
import tempfile
from collections.abc import Callable

from benchmarks.speed.case import CaseUnavailable, case
from benchmarks.speed.inputs import QIDONG_JSON

__all__: list[str] = []

REQUESTS = 50
"""Small requests are timed by the dozen: one alone is too short to compare."""


@case("api/validate-toy-50-times")
def _validate_toy() -> Callable[[], object]:
    """The toy is validated in no time: what is left is the service's own."""
    from instances.toy import toy_problem, toy_travel
    from optimizer.io.problem_json import problem_to_json

    ask = _service()
    body = {"crs": "WGS-84", "problem": problem_to_json(toy_problem(), matrix=toy_travel())}
    return lambda: [ask("/v1/visits/validate", body) for _ in range(REQUESTS)]


@case("api/validate-400-visits")
def _validate_day() -> Callable[[], object]:
    import json

    ask = _service()
    body = {"crs": "WGS-84", "problem": json.loads(QIDONG_JSON.read_bytes())}
    return lambda: ask("/v1/visits/validate", body)


def _service() -> Callable[[str, object], object]:
    """Posts to a service in this process, without workers, on a file of SQLite that nobody keeps."""
    try:
        import httpx

        from api.app import create_app
        from api.settings import Settings
        from api.store.keys import Scope
    except ImportError as missing:
        raise CaseUnavailable(f"there is no service here: {missing}") from missing
    folder = tempfile.TemporaryDirectory(prefix="careplan-bench-")
    app = create_app(Settings(database_url=f"sqlite:///{folder.name}/jobs.db", workers=0, desk_processes=0))
    loop, life = asyncio.Runner(), app.router.lifespan_context(app)
    loop.run(life.__aenter__())
    key = app.state.service.keys.create("bench", tuple(Scope))[1]
    client = httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://localhost", headers={"X-API-Key": key}, timeout=60
    )

    def ask(path: str, body: object) -> object:
        answer = loop.run(client.post(path, json=body))
        if answer.status_code != 200:
            raise RuntimeError(f"{path}: {answer.status_code} {answer.text[:300]}")
        return answer.json()

    def end() -> None:
        loop.run(client.aclose())
        loop.run(life.__aexit__(None, None, None))
        loop.close()
        folder.cleanup()

    atexit.register(end)
    return ask
