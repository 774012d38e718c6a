"""The sub-commands of the service, known without loading them."""

from optimizer.cli.groups import CommandGroup
from optimizer.cli.words import say

__all__ = ["KEYS", "REMOTE", "SERVE"]

SERVE = CommandGroup(help=say("启动服务（HTTP 接口）。", "Run the service (HTTP)."), target="api.cli.serve:app")
KEYS = CommandGroup(help=say("服务的密钥。", "Keys of the service, and its data."), target="api.cli.keys:app")
REMOTE = CommandGroup(help=say("由服务端求解。", "Let a service do the work."), target="api.cli.remote:app")
