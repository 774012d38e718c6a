"""Why a job is in its state, in plain words."""

from __future__ import annotations

from collections.abc import Mapping

from optimizer.common.language import Text

__all__ = ["reason_text"]

_REASONS: Mapping[str, Text] = {
    "": Text("", ""),
    "stop": Text("按要求停止，保留了目前最好的计划", "stopped on request; the best plan so far is kept"),
    "stopped_before_start": Text("尚未开始即被停止，没有计划", "stopped before it began; there is no plan"),
    "stop_enforced": Text(
        "停止要求未及时生效，已强制结束", "did not stop in time and was ended; the best plan is kept"
    ),
    "shutdown": Text("服务关闭，保留了目前最好的计划", "the service shut down; the best plan so far is kept"),
    "deadline": Text("超过时间上限，已强制结束", "went past its time limit and was ended; the best plan is kept"),
    "memory": Text("超过内存上限，已强制结束", "went past the memory limit and was ended; the best plan is kept"),
    "worker_lost": Text("求解进程中断，从最近的计划继续", "its worker was lost; it goes on from its last plan"),
    "server_lost": Text("服务中断，从最近的计划继续", "its server was lost; it goes on from its last plan"),
    "solver_error": Text("求解出错，请报告作业编号", "an error of ours while solving; report the id of the job"),
}


def reason_text(reason: str) -> Text:
    """The words of a reason; the reason itself where there are none."""
    return _REASONS.get(reason, Text(reason, reason))
