"""A small day as a workbook, and the commands run on it, for the tests of the way there and back."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner, Result

from optimizer.cli.visits import app
from tests.io.tables.books import Book, write_book

__all__ = ["run", "small_book", "small_workbook", "solved"]


def small_book() -> Book:
    """Three caregivers (one with a break), four clients, seven visits; everybody can do everything."""
    clients = [
        ["编号", "镇", "纬度", "经度", "坐标系", "优先组"],
        *([f"C{i}", "汇龙镇", 31.80 + 0.004 * i, 121.65 + 0.003 * (i % 3), "WGS-84", "1"] for i in range(1, 5)),
    ]
    visits = [
        ["编号", "对象", "日期", "项目", "分钟", "时间窗", "必做", "技能要求"],
        ["W1", "C1", "2026-03-02", "助洁", 60, "08:00-11:00", "是", "无"],
        ["W2", "C2", "2026-03-02", "助餐", 10, "10:30-12:00", "是", "无"],
        ["W3", "C3", "2026-03-02", "探访", 20, "08:00-16:00", "是", "无"],
        ["W4", "C4", "2026-03-02", "助浴", 60, "13:00-16:00", "是", "无"],
        ["W5", "C1", "2026-03-02", "助餐", 10, "10:30-12:00", "是", "无"],
        ["W6", "C2", "2026-03-02", "精神慰藉", 45, "08:00-16:00", "否", "无"],
        ["W7", "C3", "2026-03-02", "代办", 30, "13:00-16:30", "否", "无"],
    ]  # fmt: skip
    caregivers = [
        ["编号", "站点", "班次", "休息", "出行方式"],
        ["N1", "S1", "08:00-17:00", "11:30-12:30/30", "电动车"],
        ["N2", "S1", "08:00-12:00;13:00-17:00", "", "电动车"],
        ["N3", "S1", "08:00-17:00", "", "电动车"],
    ]
    stations = [["编号", "镇", "纬度", "经度", "坐标系"], ["S1", "汇龙镇", 31.81, 121.66, "WGS-84"]]
    return {"服务对象": clients, "上门任务": visits, "护理员": caregivers, "站点": stations}


def small_workbook(folder: Path) -> Path:
    """The small day as a workbook."""
    return write_book(small_book(), folder / "三月 二日.xlsx")


def run(*arguments: object) -> Result:
    """A command of ``careplan visits``."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def solved(day: Path, *more: object, engine: str = "greedy") -> Result:
    """The day planned, quickly and always the same."""
    return run("solve", day, "--engine", engine, "--max-iterations", 200, "--quiet", *more)
