"""Small workbooks and CSV folders that the tests of the tables reader begin with and then spoil."""

from __future__ import annotations

import copy
import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl

DAY = date(2026, 3, 2)  # a Monday

Rows = list[list[object]]
Book = dict[str, Rows]

_CLEAN: Book = {
    "服务对象": [
        ["编号", "镇", "村", "地址", "纬度", "经度", "坐标系", "能力等级", "优先组", "首选护理员", "性别要求"],
        ["C1", "汇龙镇", "民胜村", "某路1号", 31.81, 121.65, "WGS-84", "中度失能", "1", "N1", "女"],
        ["007", "惠萍镇", "", "", 31.76, 121.7, "GCJ-02", "", "2", "", ""],
    ],
    "上门任务": [
        ["编号", "对象", "日期", "星期", "项目", "分钟", "时间窗", "人数", "必做", "技能要求", "锁定"],
        ["W1", "C1", "2026-03-02", "", "助餐", 5, "10:30-12:00", 1, "是", "", ""],
        ["W2", "007", "", "一三五", "助浴", 60, "09:30-11:00;14:00-16:30", 2, "否", "护理:四级", "N1@14:30;N2@14:30"],
        ["W3", "C1", "", "周二", "探访", 20, "", "", "", "", ""],
    ],
    "护理员": [
        ["编号", "站点", "技能:等级:到期日", "班次", "休息", "出行方式", "性别", "今日状态"],
        ["N1", "S1", "护理:四级:2027-05-01", "08:00-12:00;13:30-17:30", "", "电动车", "女", "在岗"],
        ["N2", "S1", "护理:5级;护士", "08:00-17:00", "11:30-12:30/60", "步行", "男", "请假"],
    ],
    "站点": [["编号", "镇", "纬度", "经度", "坐标系"], ["S1", "汇龙镇", 31.8, 121.66, "WGS-84"]],
    "优先级": [["组", "未安排一次", "说明", "来源"], ["1", 90, "特困", "假设"], ["2", 50, "其他", "某文件"]],
}


def clean_book() -> Book:
    """Two clients, three visits (two on the day), two caregivers."""
    return copy.deepcopy(_CLEAN)


def write_book(book: Book, path: Path, spoil: Callable[[openpyxl.Workbook], None] | None = None) -> Path:
    """A workbook by openpyxl, which is not the library that reads it."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for name, rows in book.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(row)
    if spoil is not None:
        spoil(workbook)
    workbook.save(path)
    return path


def write_folder(book: Book, folder: Path, encoding: str = "utf-8") -> Path:
    """A folder of CSV files."""
    folder.mkdir()
    for name, rows in book.items():
        with (folder / f"{name}.csv").open("w", encoding=encoding, newline="") as stream:
            csv.writer(stream).writerows(rows)
    return folder
