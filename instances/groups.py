"""The sub-command ``careplan instances``, known without loading it."""

from optimizer.cli.groups import CommandGroup
from optimizer.cli.words import say

__all__ = ["INSTANCES"]

INSTANCES = CommandGroup(
    help=say("生成示例日（全部为虚构人员）", "Make example days (invented persons only)."), target="instances.cli:app"
)
