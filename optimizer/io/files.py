"""Reading and writing whole files so that nothing is ever lost or half-written."""

from __future__ import annotations

import gzip
import io
import os
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from optimizer.common.errors import Finding, InputError, OutputError
from optimizer.common.language import Text

__all__ = ["MAX_INPUT_BYTES", "read_input", "refuse_input", "write_beside", "write_output"]

MAX_INPUT_BYTES = 100_000_000
"""Largest input that is read, after unpacking. A day of 6,000 visits takes some 5 MB."""

_GZIP_MAGIC = b"\x1f\x8b"
_PIECE_BYTES = 1 << 20


def read_input(path: Path, *, max_bytes: int = MAX_INPUT_BYTES) -> bytes:
    """All bytes of a file, unpacked if it is gzip-compressed (told by its content, not its name).

    Raises
    ------
    InputError
        ``T101`` not readable, ``T102`` larger than ``max_bytes`` (packed or unpacked), ``T103`` empty, ``T121`` a
        broken gzip file.
    """
    try:
        with path.open("rb") as stream:
            data = stream.read(max_bytes + 1)
    except OSError as error:
        raise InputError([_unreadable(path, error)]) from error
    if len(data) > max_bytes:
        raise InputError([_too_large(path, max_bytes)])
    if data.startswith(_GZIP_MAGIC):
        data = _unpacked(data, path, max_bytes)
    if not data.strip():
        raise InputError([_finding("T103", path, Text("文件是空的", "the file is empty"), _choose_another())])
    return data


def write_output(path: Path, data: bytes, *, inputs: Sequence[Path] = ()) -> None:
    """Write a whole file, or nothing.

    Parameters
    ----------
    path
        Where to; an older file there is replaced in one step.
    inputs
        Files that were given as input of the same run: they are never written over. In a folder that was given, no
        ``.csv`` file is written.

    Raises
    ------
    OutputError
        The file cannot be written there, or it is an input.
    """
    with write_beside(path, inputs=inputs) as beside:
        beside.write_bytes(data)


@contextmanager
def write_beside(path: Path, *, inputs: Sequence[Path] = ()) -> Iterator[Path]:
    """A new file beside ``path`` for a writer that wants a file name; renamed to ``path`` when the block ends well.

    Raises
    ------
    OutputError
        As :func:`write_output`; an :class:`OSError` of the writer inside the block is turned into one as well.
    """
    refuse_input(path, inputs)
    try:
        target = path.resolve()
        _refuse_other_than_file(path, target)
        number, name = tempfile.mkstemp(prefix=f".{target.stem[:40]}-", suffix=target.suffix, dir=target.parent)
        os.close(number)
        beside = Path(name)
        try:
            yield beside
            _settle(beside, target)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(_cannot_write(path, error)) from error


def _settle(beside: Path, target: Path) -> None:
    with beside.open("rb+") as stream:
        os.fsync(stream.fileno())
    beside.chmod(target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask())
    try:
        beside.replace(target)
    except PermissionError as error:
        if not target.exists():
            raise
        # On Windows a workbook that is open in Excel cannot be replaced: what was computed must not be lost.
        kept = _free_name(target)
        beside.replace(kept)
        raise OutputError(_is_open(target, kept)) from error


def _free_name(target: Path) -> Path:
    """The first name beside the target that nothing has: ``plan-2.xlsx``."""
    number = 2
    while (name := target.with_name(f"{target.stem}-{number}{target.suffix}")).exists():
        number += 1
    return name


def _is_open(target: Path, kept: Path) -> Text:
    return Text(
        f"{target}: 文件正被其他程序(如 Excel)打开,请关闭后重试;这次的结果已另存为 {kept.name}",
        f"{target}: open in another program (Excel?); close it and try again; this result was kept as {kept.name}",
    )


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def refuse_input(path: Path, inputs: Sequence[Path]) -> None:
    """Refuse to write over an input.

    Raises
    ------
    OutputError
        ``path`` is one of them, or a sheet in a folder of CSV files that is one.
    """
    for given in inputs:
        if _is_same(path, given) or _is_table_of(path, given):
            raise OutputError(
                Text(
                    f"{path}: 这是输入文件(或输入文件夹里的表),不会覆盖;请换一个输出文件名",
                    f"{path}: this is an input (or a table in the input folder) and is never written over; "
                    "choose another name for the output",
                )
            )


def _is_table_of(path: Path, folder: Path) -> bool:
    """Whether a path is a sheet of a folder of CSV files that was the input, also one that is not there yet."""
    return folder.is_dir() and path.suffix.lower() == ".csv" and _is_same(path.parent, folder)


def _is_same(path: Path, other: Path) -> bool:
    try:
        return path.samefile(other)
    except OSError:
        return path.absolute() == other.absolute()


def _refuse_other_than_file(path: Path, target: Path) -> None:
    if target.exists() and not target.is_file():
        raise OutputError(
            Text(
                f"{path}: 不是普通文件(是文件夹或设备);请写出文件名",
                f"{path}: not an ordinary file (a folder or a device); give the name of a file",
            )
        )


def _cannot_write(path: Path, error: OSError) -> Text:
    cause = error.strerror or type(error).__name__
    return Text(
        f"{path}: 无法写入({cause});请检查文件夹是否存在、是否有权限、文件是否正被打开、磁盘是否已满",
        f"{path}: cannot be written ({cause}); check that the folder exists and may be written, that the file is not "
        "open elsewhere and that the disk is not full",
    )


def _unpacked(data: bytes, path: Path, max_bytes: int) -> bytes:
    pieces: list[bytes] = []
    size = 0
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
            while piece := stream.read(_PIECE_BYTES):
                size += len(piece)
                if size > max_bytes:
                    raise InputError([_too_large(path, max_bytes)])
                pieces.append(piece)
    except (OSError, EOFError, zlib.error) as error:
        found = Text("gzip 压缩文件已损坏", "the gzip file is broken")
        raise InputError([_finding("T121", path, found, _choose_another())]) from error
    return b"".join(pieces)


def _unreadable(path: Path, error: OSError) -> Finding:
    cause = error.strerror or type(error).__name__
    found = Text(f"文件无法读取({cause})", f"the file cannot be read ({cause})")
    return _finding("T101", path, found, Text("请检查文件名和权限", "check its name and whether you may read it"))


def _too_large(path: Path, max_bytes: int) -> Finding:
    found = Text(f"文件超过 {max_bytes:,} 字节", f"the file is larger than {max_bytes:,} bytes")
    action = Text(
        "请只给一天的数据,矩阵另存为文件", "give the data of one day, and a large matrix as a file of its own"
    )
    return _finding("T102", path, found, action)


def _choose_another() -> Text:
    return Text("请换一个文件,或重新导出", "choose another file, or export it again")


def _finding(code: str, path: Path, found: Text, action: Text) -> Finding:
    return Finding(code=code, where=str(path), found=found, action=action)
