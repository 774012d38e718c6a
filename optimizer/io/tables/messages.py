"""Every finding of the tables reader: its code, what was found and what to do, in Chinese and in English."""

from __future__ import annotations

from collections.abc import Mapping

from optimizer.common.errors import Finding, Severity
from optimizer.common.language import Text
from optimizer.io.tables.messages_understood import UNDERSTOOD_MESSAGES

__all__ = ["MESSAGES", "finding_with", "table_finding"]

_DROPPED = Text("删去或改正这一格", "correct this cell or clear it")

MESSAGES: Mapping[str, tuple[Text, Text]] = {
    # the file
    "T201": (
        Text("找不到文件或文件夹", "there is no such file or folder"),
        Text("检查路径和文件名", "check the path and the name"),
    ),
    "T202": (
        Text("不是 .xlsx 工作簿", "not an .xlsx workbook"),
        Text(
            "在表格软件里另存为“Excel 工作簿 (.xlsx)”，或给出存放 CSV 文件的文件夹",
            "save it as “Excel workbook (.xlsx)”, or give the folder that holds the CSV files",
        ),
    ),
    "T203": (
        Text("是旧格式 .xls（或 .et）工作簿", "an old .xls (or .et) workbook"),
        Text("在表格软件里另存为“Excel 工作簿 (.xlsx)”", "open it and save it as “Excel workbook (.xlsx)”"),
    ),
    "T204": (
        Text("工作簿设了打开密码", "the workbook is protected by a password"),
        Text("打开后去掉密码，再保存", "open it, remove the password and save it again"),
    ),
    "T205": (
        Text("文件有 {size} 字节，上限是 {limit} 字节", "the file has {size} bytes, the limit is {limit}"),
        Text("只留需要的工作表和行，去掉图片后再试", "keep only the sheets and rows needed, without pictures"),
    ),
    "T206": (
        Text(
            "工作簿解压后有 {size} 字节，上限是 {limit} 字节",
            "the workbook has {size} bytes once unpacked, the limit is {limit}",
        ),
        Text("只留需要的工作表和行，去掉图片后再试", "keep only the sheets and rows needed, without pictures"),
    ),
    "T207": (
        Text("工作簿已损坏：{cause}", "the workbook is damaged: {cause}"),
        Text("在表格软件里打开并另存一份", "open it in a spreadsheet program and save a fresh copy"),
    ),
    "T208": (
        Text("文件夹里没有认得的 CSV 文件", "the folder holds no CSV file of a known name"),
        Text("文件名应为：{names}", "name the files: {names}"),
    ),
    "T209": (
        Text("文字编码认不出（不是 UTF-8，也不是 GB18030）", "the encoding is neither UTF-8 nor GB18030"),
        Text("另存为“CSV UTF-8 (逗号分隔)”", "save it as “CSV UTF-8 (comma delimited)”"),
    ),
    "T210": (
        Text("文件是空的", "the file is empty"),
        Text("检查是否选错了文件", "check whether it is the right file"),
    ),
    "T211": (
        Text("CSV 格式有误：{cause}", "broken CSV: {cause}"),
        Text("检查引号是否成对，再另存一次", "check that quotation marks are closed and save it again"),
    ),
    "T212": (
        Text("无法读取：{cause}", "cannot be read: {cause}"),
        Text("检查文件权限，关闭正在使用它的程序", "check its permissions and close the program that uses it"),
    ),
    # sheets and columns
    "T213": (
        Text("缺少工作表“{zh}”（{en}）", "the sheet “{zh}” ({en}) is missing"),
        Text("加上这张表；空白模板里有它的样子", "add it; the empty template shows how it looks"),
    ),
    "T214": (
        Text("工作表“{zh}”出现了两次：{names}", "the sheet “{en}” is there twice: {names}"),
        Text("只留一张", "keep one of them"),
    ),
    "T215": (
        Text("不认得的工作表，没有读", "an unknown sheet was not read"),
        Text("如需要读入，请改用模板里的表名", "name it as in the template if it should be read"),
    ),
    "T216": (
        Text("工作表是空的，没有表头", "the sheet is empty, without a row of headers"),
        Text("第一行写列名，见空白模板", "write the column names in the first row, see the empty template"),
    ),
    "T217": (
        Text("缺少列“{zh}”（{en}）", "the column “{zh}” ({en}) is missing"),
        Text("加上这一列", "add the column"),
    ),
    "T218": (
        Text("列“{name}”出现了两次（另一列在 {other}）", "the column “{name}” is there twice (also at {other})"),
        Text("只留一列", "keep one of them"),
    ),
    "T219": (
        Text("不认得的列“{name}”，没有读", "the unknown column “{name}” was not read"),
        Text("如需要读入，请改用模板里的列名", "name it as in the template if it should be read"),
    ),
    "T220": (
        Text("不认得的列“{name}”，像是“{hint}”", "the unknown column “{name}” looks like “{hint}”"),
        Text("改成“{hint}”，或换一个不相近的列名", "rename it “{hint}”, or give it a name that is not so close"),
    ),
    "T221": (
        Text(
            "列“{name}”含身份证号或账户号，已丢弃，没有读",
            "the column “{name}” holds ID or account numbers: dropped unread",
        ),
        Text("请从表中删去这一列", "remove the column from the sheet"),
    ),
    "T222": (
        Text("列“{name}”是个人信息，排班不需要，没有读", "the column “{name}” is personal and not needed: not read"),
        Text("无需处理；打印时另用名册", "nothing to do; a local name list is joined at printing only"),
    ),
    "T223": (
        Text("合并的单元格 {range}", "merged cells {range}"),
        Text("取消合并，并把每一行都填上", "unmerge them and fill in every row"),
    ),
    "T224": (
        Text(
            "工作表有 {rows} 行 × {columns} 列，超过上限 {limit} 格",
            "the sheet has {rows} rows × {columns} columns, more than the {limit} cells allowed",
        ),
        Text("最后一格在 {last}：删去表格外多余的内容", "the last cell is {last}: clear what lies outside the table"),
    ),
    "T225": (
        Text("示例行没有读（共 {count} 行）", "example rows were not read ({count} of them)"),
        Text("用完可删去", "delete them when they are no longer wanted"),
    ),
    "T226": (
        Text("表头有列，但没有任何数据行", "there are headers but no rows of data"),
        Text("从表头下一行起填写", "fill in the rows below the headers"),
    ),
    # cells
    "T230": (
        Text("必填的格“{column}”是空的", "the cell of “{column}” is empty and must be filled in"),
        Text("填上", "fill it in"),
    ),
    "T231": (
        Text("应为数字，却是“{found}”", "expected a number, found “{found}”"),
        Text("只写数字，不带单位和文字", "write the number alone, without units or words"),
    ),
    "T232": (
        Text("{found} 超出范围：应为 {low} 到 {high}", "{found} is out of range: expected {low} to {high}"),
        Text("改正数字", "correct the number"),
    ),
    "T233": (
        Text("“{found}”不是时刻", "“{found}” is not a time of day"),
        Text("写成 08:30；次日凌晨写 01:00+1", "write 08:30; after midnight write 01:00+1"),
    ),
    "T234": (
        Text("“{found}”不是日期", "“{found}” is not a date"),
        Text("写成 2026-03-02，或把单元格设为日期格式", "write 2026-03-02, or format the cell as a date"),
    ),
    "T235": (
        Text("“{found}”看不懂", "“{found}” is not understood"),
        Text("写成 {form}", "write it as {form}"),
    ),
    "T236": (
        Text("“{found}”的结束早于开始", "“{found}” ends before it begins"),
        Text("改正时刻；跨过午夜的写成 22:00-06:00+1", "correct the times; past midnight write 22:00-06:00+1"),
    ),
    "T237": (
        Text("不认得“{found}”", "“{found}” is not known here"),
        Text("应为其中之一：{choices}", "use one of: {choices}"),
    ),
    "T238": (
        Text("“{found}”重复，已在 {other} 出现", "“{found}” is there twice, first at {other}"),
        Text("改成不同的编号，或删去重复行", "give it another id, or delete the repeated row"),
    ),
    "T239": (
        Text("公式出错：{found}", "the formula failed: {found}"),
        Text("修正公式，或填入数值", "repair the formula, or type the value"),
    ),
    "T240": (
        Text("公式还没有计算结果", "the formula has no stored result"),
        Text("用表格软件打开并保存一次，或填入数值", "open and save it in a spreadsheet program, or type the value"),
    ),
    "T241": (
        Text("技能等级“{found}”看不懂", "the grade “{found}” is not understood"),
        Text(
            "写五级到一级（五级最低），或数字（越大越高）",
            "write 五级 to 一级 (五级 lowest), or a number, larger is higher",
        ),
    ),
    "T242": (
        Text("纬度和经度像是写反了：{lat}, {lon}", "latitude and longitude look swapped: {lat}, {lon}"),
        Text(
            "纬度（启东约 31.8）和经度（约 121.6）对调", "swap them: latitude is about 31.8, longitude about 121.6 here"
        ),
    ),
    "T243": (
        Text("坐标 {lat}, {lon} 不在 {system} 的范围内", "{lat}, {lon} lies outside the range of {system}"),
        Text("检查小数点和坐标系", "check the decimal point and the system"),
    ),
    "T244": (
        Text("只有纬度或只有经度", "only one of latitude and longitude is given"),
        Text("两格都填，或都留空", "fill in both or clear both"),
    ),
    "T245": (
        Text("有坐标却没有坐标系", "coordinates without a coordinate system"),
        Text(
            "填 WGS-84、GCJ-02（高德、腾讯）或 BD-09（百度）；整个文件相同时，在计划日表填一次",
            "fill in WGS-84, GCJ-02 (Gaode, Tencent) or BD-09 (Baidu); once in the sheet day where all are alike",
        ),
    ),
    "T246": (
        Text("地点“{found}”在 {other} 有另一组坐标或镇村", "the place “{found}” is described differently at {other}"),
        Text("让两处一致，或改用不同的地点编号", "make the two agree, or use another place id"),
    ),
    "T247": (
        Text("编号像是身份证号", "the id looks like a national ID number"),
        Text("换成自编的编号，身份证号不得进入本程序", "use an id of your own; ID numbers must never enter"),
    ),
    "T248": (
        Text(
            "这一格是日期或时间（表格软件自动改的？）：{found}",
            "the cell holds a date or time: {found} (changed on typing?)",
        ),
        Text("把单元格设为文本格式后重新输入：{form}", "format the cell as text and type it again: {form}"),
    ),
    "T249": (
        Text("这一格有 {size} 个字，上限 {limit}", "the cell has {size} characters, the limit is {limit}"),
        _DROPPED,
    ),
    "T250": (
        Text(
            "“{found}”含有分号、换行或不可见字符", "“{found}” holds a semicolon, a line break or an invisible character"
        ),
        Text("编号里不要用这些字符", "do not use these characters in an id"),
    ),
    # days
    "T260": (
        Text("没有说明排哪一天；表里有：{days}", "it is not said which day to plan; the sheet has: {days}"),
        Text("加 --date 2026-03-02", "add --date 2026-03-02"),
    ),
    "T261": (
        Text("{day} 没有任何上门任务；表里有：{days}", "there is no visit on {day}; the sheet has: {days}"),
        Text("检查 --date 和日期、星期两列", "check --date and the columns date and weekday"),
    ),
    "T262": (
        Text("日期和星期都是空的", "neither a date nor a weekday is given"),
        Text("填其中一格", "fill in one of them"),
    ),
    "T263": (
        Text("关联里的任务 {visits} 不在 {day}", "visits of this link are not on {day}: {visits}"),
        Text("让关联的任务在同一天，或删去这一关联", "put the linked visits on the same day, or delete the link"),
    ),
    "T264": (
        Text("其他日子的任务 {count} 行，没有排", "{count} rows of other days are not planned"),
        Text("无需处理", "nothing to do"),
    ),
    # relations that need the row
    "T270": (
        Text("没有站点也没有起点，班次无处出发", "neither a station nor a start: the shift has nowhere to begin"),
        Text("填站点，或填起点和终点", "fill in the station, or the start and the end"),
    ),
    "T271": (
        Text("有 {found} 个值，班次却有 {shifts} 个", "{found} values for {shifts} shifts"),
        Text("写一个值（都适用），或每个班次一个", "write one value for all, or one for each shift"),
    ),
    "T272": (
        Text("休息“{found}”不在任何班次里", "the break “{found}” lies in none of the shifts"),
        Text("改正休息或班次的时刻", "correct the times of the break or of the shift"),
    ),
    "T274": (
        Text(
            "项目“{found}”用了自带目录的技能要求：{skills}（假设）",
            "“{found}” takes its skill from the shipped list: {skills} (assumption)",
        ),
        Text(
            "如不合适，在技能要求列写明，无要求写“无”",
            "write the requirement in its column, or “none”, if it does not fit",
        ),
    ),
    "T275": (
        Text(
            "没有表“优先级”，用自带的三组（假设）：{groups}",
            "without the sheet “priorities” the shipped groups are used (assumption): {groups}",
        ),
        Text("如不合适，加上这张表", "add the sheet if they do not fit"),
    ),
    "T276": (
        Text("有两份路程矩阵：{names}", "there are two travel matrices: {names}"),
        Text("只留一份", "keep one of them"),
    ),
    "T280": (
        Text("表格写不下：{what}", "tables cannot hold: {what}"),
        Text("需要完整保存时请用 JSON", "use JSON where everything must be kept"),
    ),
    **UNDERSTOOD_MESSAGES,
}
"""Code → (what was found, what to do), with places for the values in braces."""


def table_finding(code: str, where: str, **values: object) -> Finding:
    """The error ``code`` at the cell ``where``, its texts filled with ``values`` (a :class:`Text` for both)."""
    return finding_with(code, where, values)


def finding_with(
    code: str,
    where: str,
    values: Mapping[str, object],
    *,
    ids: tuple[str, ...] = (),
    severity: Severity = Severity.ERROR,
) -> Finding:
    """As :func:`table_finding`, with the ids concerned and the severity."""
    found, action = MESSAGES[code]
    return Finding(
        code=code, where=where, ids=ids, severity=severity, found=_filled(found, values), action=_filled(action, values)
    )


def _filled(text: Text, values: Mapping[str, object]) -> Text:
    zh = {name: value.zh if isinstance(value, Text) else value for name, value in values.items()}
    en = {name: value.en if isinstance(value, Text) else value for name, value in values.items()}
    return Text(text.zh.format(**zh), text.en.format(**en))
