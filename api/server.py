"""The service in a process of its own, under uvicorn."""

from __future__ import annotations

from types import FrameType

import uvicorn

from api.app import create_app
from api.clock import Clock
from api.context import Service
from api.logs import set_up_logs
from api.settings import Settings

__all__ = ["run_server"]


class _Server(uvicorn.Server):
    """Tells the service of the end before it waits for open streams, which then end by themselves."""

    def __init__(self, config: uvicorn.Config, service: Service) -> None:
        super().__init__(config)
        self._service = service

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._service.closing.set()
        super().handle_exit(sig, frame)


def run_server(settings: Settings, *, grace_s: int, clock: Clock | None = None) -> None:
    """Serve until a signal says otherwise.

    Parameters
    ----------
    grace_s
        How long requests may take to end after the signal.
    clock
        Replaced in drills.
    """
    set_up_logs(settings.log_level)
    app = create_app(settings, clock=clock)
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=grace_s,
        timeout_keep_alive=30,
        lifespan="on",
    )
    _Server(config, app.state.service).run()
