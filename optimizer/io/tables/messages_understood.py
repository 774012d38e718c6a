"""Findings about what was read although it was not typed as the template says, and about rows that were left out."""

from __future__ import annotations

from collections.abc import Mapping

from optimizer.common.language import Text

__all__ = ["UNDERSTOOD_MESSAGES"]

_NOTHING = Text("无需处理；如不对，请改写", "nothing to do; rewrite it if this is not meant")
_ROWS = Text("无需处理；如应读入，请取消", "nothing to do; undo it if the rows should be read")

UNDERSTOOD_MESSAGES: Mapping[str, tuple[Text, Text]] = {
    "T227": (
        Text("有 {count} 行被隐藏或筛选掉（{rows}），仍然照读", "{count} hidden rows ({rows}) were read too"),
        Text("不要的行请删去，只是隐藏不算", "delete rows that are not wanted; hiding them does not leave them out"),
    ),
    "T228": (
        Text("工作表是隐藏的，仍然照读", "the sheet is hidden and was read too"),
        Text("不要的表请删去", "delete it if it is not wanted"),
    ),
    "T251": (
        Text("身份证号与 {other} 相同：疑似同一人登记了两次", "the same ID number as {other}: one person twice?"),
        Text("核对后删去一行", "check, and delete one of the rows"),
    ),
    "T252": (
        Text("身份证号与出生日期不符", "the ID number contradicts the birth date"),
        Text("核对两格", "check both cells"),
    ),
    "T253": (
        Text("身份证号与性别不符", "the ID number contradicts the sex"),
        Text("核对两格", "check both cells"),
    ),
    "T254": (
        Text("身份证号位数或校验码不对", "the ID number has a wrong length or check digit"),
        Text("核对号码；本程序核对后即丢弃，不保存", "check it; it is dropped after this check and kept nowhere"),
    ),
    "T255": (
        Text(
            "出生日期和地址与 {other} 相同：疑似重复，或是双胞胎", "birth date and address as {other}: one, or twins?"
        ),
        Text("请确认；是两个人就保留两行", "confirm; keep both rows if they are two persons"),
    ),
    "T256": (
        Text(
            "与 {other} 同名，共 {count} 人，按编号区分",
            "{count} of the same name, first at {other}: told apart by id",
        ),
        _NOTHING,
    ),
    "T281": (
        Text("列名对照第 {line} 行看不懂：{found}", "line {line} of the column names is not understood: {found}"),
        Text("每行三格：工作表,表里的列名,读作", "write three cells a line: sheet, header in the file, meaning"),
    ),
    "T282": (
        Text("列名对照第 {line} 行：没有“{found}”", "line {line} of the column names: there is no “{found}”"),
        Text("“读作”要写模板里的表名或列名；不读的列写“不读”", "use a name of the template, or skip"),
    ),
    "T283": (
        Text("列名对照无法读取：{cause}", "the column names cannot be read: {cause}"),
        Text("检查路径；文件应为 CSV", "check the path; the file must be CSV"),
    ),
    "T284": (
        Text("数据有误，这一行没有排（{codes}）：{cause}", "unusable data, the row is not planned ({codes}): {cause}"),
        Text("改正后重新安排", "correct it and plan again"),
    ),
    "T290": (
        Text(
            "已理解为 {meant}：“{found}”（列“{column}”，共 {count} 格）",
            "understood as {meant}: “{found}” (column “{column}”, {count} cells)",
        ),
        _NOTHING,
    ),
    "T291": (
        Text("已理解为标题：表头上面的 {count} 行", "understood as titles: {count} rows above the headers"),
        _NOTHING,
    ),
    "T292": (
        Text("已理解为每行相同：合并的单元格 {range} 按首格向下填", "merged cells {range} understood as filled down"),
        Text("无需处理；如不对，请取消合并后逐行填写", "nothing to do; else unmerge and fill in each row"),
    ),
    "T293": (
        Text("已理解为合计行，没有读：第 {rows} 行", "understood as totals and not read: rows {rows}"),
        _ROWS,
    ),
    "T294": (
        Text("已理解为重复的表头，没有读：第 {rows} 行", "understood as repeated headers and not read: rows {rows}"),
        _ROWS,
    ),
    "T295": (
        Text("已理解为表下附注，没有读：第 {rows} 行", "understood as notes below the table and not read: rows {rows}"),
        _ROWS,
    ),
    "T297": (
        Text("列“{name}”已按列名对照读作“{meant}”", "the column “{name}” was read as “{meant}” as the mapping says"),
        _NOTHING,
    ),
    "T298": (
        Text("列“{name}”的单位是小时，已换算为分钟", "the column “{name}” is in hours: read as minutes × 60"),
        _NOTHING,
    ),
    "T401": (
        Text("这一天没有任务“{found}”", "there is no visit “{found}” on this day"),
        Text("改正编号，或删去这一行", "correct the id, or delete the row"),
    ),
    "T402": (
        Text("没有护理员“{found}”", "there is no caregiver “{found}”"),
        Text("写护理员的编号；不安排就空着", "write the caregiver's id; leave it empty to leave the visit out"),
    ),
    "T403": (
        Text("有护理员却没有开始时刻", "a caregiver without a start"),
        Text("填开始时刻，或把护理员也清空", "fill in the start, or clear the caregiver too"),
    ),
    "T404": (
        Text("护理员“{found}”当天没有班次", "the caregiver “{found}” has no shift on this day"),
        Text("换一位，或在护理员表里加班次", "choose another, or give a shift in the sheet of caregivers"),
    ),
    "T405": (
        Text("同一任务给“{found}”排了两次", "the visit is given to “{found}” twice"),
        Text("删去一行，或换一位护理员", "delete one row, or choose another caregiver"),
    ),
    "T406": (
        Text("有 {count} 个任务在总表里没有行，当作不安排", "{count} visits have no row: taken as left out"),
        Text("如要安排，请补上行", "add the rows if they should be planned"),
    ),
    "T299": (
        Text("旧格式 .xls 工作簿，已直接读取", "an old .xls workbook, read as it is"),
        Text("无需处理", "nothing to do"),
    ),
    "T410": (
        Text("看不出是哪一天", "the day is not said"),
        Text("加 --date 2026-03-02", "add --date 2026-03-02"),
    ),
    "T411": (
        Text("没有带“实际到达”列的派工单", "there is no route sheet with a column for the arrival"),
        Text("请给 careplan 写出的派工单工作簿", "give the plan workbook that careplan wrote"),
    ),
    "T412": (
        Text("实际离开早于实际到达", "left before the arrival"),
        Text("改正时刻", "correct the times"),
    ),
    "T413": (
        Text("已完成却没有实际到达时刻", "done, but without an arrival"),
        Text("补填；不填则算部分匹配", "fill it in; without it the match counts as partial"),
    ),
    "T414": (
        Text("{all} 次里有 {count} 次没有记录，不计入人次", "{count} of {all} visits are not recorded and not counted"),
        Text("补填“完成”或“实际到达”后再记录一次", "fill in done or arrived and record again"),
    ),
    "T430": (
        Text(
            "没有坐标，按“{words}”定位，只到{precision}（{town}{assumed}）",
            "no coordinates: placed by “{words}”, only to the {precision} ({town}{assumed})",
        ),
        Text(
            "要更准：careplan places-book missing，填好坐标后以后都用它",
            "for a nearer point: careplan places-book missing, and fill in the point once",
        ),
    ),
    "T431": (
        Text("没有坐标，按地点簿的“{words}”定位到{precision}", "placed by “{words}” of the place book ({precision})"),
        _NOTHING,
    ),
    "T432": (
        Text("“镇”一格和地址里的镇不一样", "the cell of the town and the address name different towns"),
        Text("改正其中一个", "correct one of them"),
    ),
    "T433": (
        Text("地址里的地名在几个镇都有", "the place that the address names is there in several towns"),
        Text("填上“镇”", "fill in the town"),
    ),
    "T434": (
        Text("没有坐标，地址也找不到", "no coordinates, and the address is not found"),
        Text("填坐标，或加进地点簿（careplan places-book missing）", "give a point, or add it to the place book"),
    ),
    "T435": (
        Text("坐标“{found}”看不懂", "the coordinates “{found}” are not understood"),
        Text("写成 121.65,31.81", "write 121.65,31.81"),
    ),
    "T441": (
        Text("有 {count} 人同名，不知是哪一位", "{count} persons have this name"),
        Text("改写编号，编号见名册", "write the id instead; the roster has it"),
    ),
    "T442": (
        Text("名单里没有这个人", "nobody of this name is listed"),
        Text("改正姓名，或写编号", "correct the name, or write the id"),
    ),
    "T443": (
        Text(
            "列“{name}”没有写进去名的工作簿：排班不用，可能写着个人情况",
            "the column “{name}” was left out: no plan needs it, and it may tell of persons",
        ),
        Text("无需处理；要印在派工单上的写进名册", "nothing to do; what is to be printed goes into the roster"),
    ),
    "T444": (
        Text("不认得的工作表，可能有姓名，没有写进去名的工作簿", "an unknown sheet was left out: it may hold names"),
        Text("如需要，改用模板里的表名，或用 --columns 说明", "name it as in the template, or explain it by --columns"),
    ),
    "T445": (
        Text("没有列“编号”，却有姓名", "there are names but no column id"),
        Text(
            "先运行 careplan visits roster：由姓名生成编号，姓名存入本机的名册",
            "run careplan visits roster first: it makes ids and keeps the names in a local roster",
        ),
    ),
    "T446": (
        Text(
            "已理解为：没有列“编号”，任务按行号编号，第 8 行叫 W0008",
            "understood: without a column id, visits are called after their rows, W0008 for row 8",
        ),
        Text("无需处理；行序变了编号也变，要固定请加一列“编号”", "nothing to do; add a column id to fix the ids"),
    ),
}
"""Code → (what was found, what to do), as in :mod:`optimizer.io.tables.messages`."""
