"""``careplan keys``: create, list, revoke; and what a tenant or a month has left behind is deleted for good."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.extra import usage_fault
from api.cli.groups import KEYS
from api.cli.options import SettingsFile, opened_store, settings_of
from optimizer.cli.console import output
from optimizer.cli.words import say
from optimizer.common.errors import Finding, InputError
from optimizer.common.language import Text

if TYPE_CHECKING:
    from api.store.keys import Key

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help=KEYS.help)

DAY_S = 86_400.0


class ScopeName(StrEnum):
    """What a key may permit."""

    SOLVE = "solve"
    READ = "read"
    ADMIN = "admin"


@app.command(help=say("生成一个密钥，只显示这一次。", "Make a key; it is shown this once."))
def create(
    tenant: Annotated[str, typer.Argument(help=say("单位", "the tenant"))],
    scopes: Annotated[
        list[ScopeName] | None, typer.Option("--scope", help=say("权限，可多次", "what it permits; may be repeated"))
    ] = None,
    days: Annotated[float | None, typer.Option(min=0.0, help=say("有效天数", "days it is valid"))] = None,
    label: Annotated[str, typer.Option(help=say("备注", "a note"))] = "",
    settings_file: SettingsFile = None,
) -> None:
    settings = settings_of(settings_file)
    from api.clock import SystemClock
    from api.store.keys import KeyStore, Scope

    chosen = [Scope(scope.value) for scope in scopes or (ScopeName.SOLVE, ScopeName.READ)]
    store = KeyStore(opened_store(settings), SystemClock())
    key, text = store.create(tenant, chosen, label=label, life_s=None if days is None else days * DAY_S)
    output.print(text, markup=False)
    typer.echo(say(f"编号 {key.id}，请妥善保存，不再显示", f"key {key.id}; keep it, it is not shown again"), err=True)


@app.command("list", help=say("列出密钥（不含密文）。", "List keys, without their secrets."))
def list_keys(tenant: str | None = None, settings_file: SettingsFile = None) -> None:
    settings = settings_of(settings_file)
    from api.clock import SystemClock
    from api.store.keys import KeyStore

    clock = SystemClock()
    for key in KeyStore(opened_store(settings), clock).list(tenant):
        output.print(_line(key, clock.now()), markup=False)


def _line(key: Key, now: float) -> str:
    from api.clock import instant

    state = say("有效", "valid") if key.is_valid(now) else say("已失效", "no longer valid")
    until = instant(key.expires_at) or say("长期", "no end")
    return f"{key.id}  {key.tenant}  {','.join(sorted(key.scopes))}  {until}  {state}  {key.label}".rstrip()


@app.command(help=say("吊销一个密钥，立即生效。", "Revoke a key, at once."))
def revoke(key_id: str, settings_file: SettingsFile = None) -> None:
    settings = settings_of(settings_file)
    from api.clock import SystemClock
    from api.store.keys import KeyStore

    if not KeyStore(opened_store(settings), SystemClock()).revoke(key_id):
        found = Text(f"没有密钥 {key_id}", f"there is no key {key_id}")
        action = Text("用 careplan keys list 查看", "see: careplan keys list")
        raise InputError([Finding(code="S902", where="keys", found=found, action=action)])
    output.print(say(f"已吊销 {key_id}", f"revoked {key_id}"), markup=False)


@app.command(help=say("彻底删除一个单位或一个月的数据。", "Delete the data of a tenant or a month for good."))
def erase(
    tenant: Annotated[str | None, typer.Option(help=say("单位", "the tenant"))] = None,
    month: Annotated[str | None, typer.Option(help=say("月份，如 2026-11", "the month, such as 2026-11"))] = None,
    yes: Annotated[bool, typer.Option("--yes", help=say("不再询问", "do not ask"))] = False,
    settings_file: SettingsFile = None,
) -> None:
    settings = settings_of(settings_file)
    from api.store.retention import erase_jobs

    if tenant is None and month is None:
        raise usage_fault("--tenant", "请给出 --tenant 或 --month", "give --tenant or --month")
    if not yes:
        typer.confirm(say("删除后无法恢复，继续？", "this cannot be undone; go on?"), abort=True)
    try:
        count = erase_jobs(opened_store(settings), tenant=tenant, month=month)
    except ValueError as error:
        raise usage_fault("--month", "请写成 2026-11 的样子", str(error)) from error
    output.print(
        say(f"已删除 {count} 个作业及其全部数据", f"deleted {count} jobs and everything of theirs"), markup=False
    )
