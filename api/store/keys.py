"""API keys and the tickets of browsers. Only hashes are stored; a secret is shown once, when it is made."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, delete, select, update

from api.clock import Clock
from api.store import tables
from api.store.database import Database

__all__ = ["Key", "KeyStore", "Scope", "TicketKind"]

PREFIX = "careplan"
_TOKEN_LIFE_S = 300.0
_SESSION_LIFE_S = 12 * 3_600.0


class Scope(StrEnum):
    """What a key permits: to ask for plans, to look at them, to confirm and forget them."""

    SOLVE = "solve"
    READ = "read"
    ADMIN = "admin"


class TicketKind(StrEnum):
    """A one-time token, or the session it was exchanged for."""

    TOKEN = "token"
    SESSION = "session"


@dataclass(frozen=True, kw_only=True, slots=True)
class Key:
    """A key without its secret."""

    id: str
    tenant: str
    label: str
    scopes: frozenset[Scope]
    created_at: float
    expires_at: float | None
    revoked_at: float | None

    def is_valid(self, now: float) -> bool:
        """Whether it is neither revoked nor expired."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


class KeyStore:
    """Keys and tickets.

    A secret has 256 random bits, so that one round of SHA-256 is enough: there is nothing to guess.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    def create(
        self, tenant: str, scopes: Iterable[Scope], *, label: str = "", life_s: float | None = None
    ) -> tuple[Key, str]:
        """A new key, and its text, which is shown this once."""
        key_id, secret = secrets.token_hex(8), secrets.token_urlsafe(32)
        now = self._clock.now()
        key = Key(
            id=key_id,
            tenant=tenant,
            label=label,
            scopes=frozenset(scopes),
            created_at=now,
            expires_at=None if life_s is None else now + life_s,
            revoked_at=None,
        )
        row = {
            "id": key_id,
            "tenant": tenant,
            "label": label,
            "scopes": " ".join(sorted(key.scopes)),
            "secret_hash": _hash(secret),
            "created_at": now,
            "expires_at": key.expires_at,
        }
        with self._database.writing() as connection:
            connection.execute(tables.keys.insert().values(**row))
        return key, f"{PREFIX}_{key_id}_{secret}"

    def find(self, text: str) -> Key | None:
        """The valid key of a text, ``None`` for anything else."""
        parts = text.split("_", 2)
        if len(parts) != 3 or parts[0] != PREFIX:
            return None
        with self._database.reading() as connection:
            row = connection.execute(select(tables.keys).where(tables.keys.c.id == parts[1])).one_or_none()
        if row is None or not hmac.compare_digest(row.secret_hash, _hash(parts[2])):
            return None
        key = _key(row)
        return key if key.is_valid(self._clock.now()) else None

    def list(self, tenant: str | None = None) -> Sequence[Key]:
        """All keys, or those of one tenant, the oldest first."""
        query = select(tables.keys).order_by(tables.keys.c.created_at, tables.keys.c.id)
        if tenant is not None:
            query = query.where(tables.keys.c.tenant == tenant)
        with self._database.reading() as connection:
            return [_key(row) for row in connection.execute(query).all()]

    def revoke(self, key_id: str) -> bool:
        """Make a key and every browser session of it worthless at once."""
        with self._database.writing() as connection:
            done = connection.execute(
                update(tables.keys).where(tables.keys.c.id == key_id).values(revoked_at=self._clock.now())
            )
            connection.execute(delete(tables.tickets).where(tables.tickets.c.key_id == key_id))
        return bool(done.rowcount)

    def issue_token(self, key: Key) -> str:
        """A token that a browser may exchange once, within five minutes."""
        return self._issue(key.id, TicketKind.TOKEN, _TOKEN_LIFE_S)

    def exchange(self, token: str) -> str | None:
        """A session for a token that was never used; ``None`` for any other."""
        with self._database.writing() as connection:
            key_id = _take(connection, token, TicketKind.TOKEN, self._clock.now())
        return None if key_id is None else self._issue(key_id, TicketKind.SESSION, _SESSION_LIFE_S)

    def of_session(self, session: str) -> Key | None:
        """The valid key behind a browser's session."""
        query = (
            select(tables.keys)
            .join(tables.tickets, tables.tickets.c.key_id == tables.keys.c.id)
            .where(
                tables.tickets.c.secret_hash == _hash(session),
                tables.tickets.c.kind == TicketKind.SESSION.value,
                tables.tickets.c.expires_at > self._clock.now(),
            )
        )
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            return None
        key = _key(row)
        return key if key.is_valid(self._clock.now()) else None

    def end_session(self, session: str) -> None:
        """Forget a session."""
        with self._database.writing() as connection:
            connection.execute(delete(tables.tickets).where(tables.tickets.c.secret_hash == _hash(session)))

    def _issue(self, key_id: str, kind: TicketKind, life_s: float) -> str:
        secret, now = secrets.token_urlsafe(32), self._clock.now()
        row = {"secret_hash": _hash(secret), "kind": kind.value, "key_id": key_id, "expires_at": now + life_s}
        with self._database.writing() as connection:
            connection.execute(delete(tables.tickets).where(tables.tickets.c.expires_at <= now))
            connection.execute(tables.tickets.insert().values(**row))
        return secret


def _take(connection: Connection, secret: str, kind: TicketKind, now: float) -> str | None:
    mine = (tables.tickets.c.secret_hash == _hash(secret), tables.tickets.c.kind == kind.value)
    query = select(tables.tickets.c.key_id).where(*mine, tables.tickets.c.expires_at > now)
    key_id: str | None = connection.execute(query).scalar_one_or_none()
    taken = connection.execute(delete(tables.tickets).where(*mine)).rowcount
    return key_id if taken else None


def _key(row: object) -> Key:
    values = {name: getattr(row, name) for name in ("id", "tenant", "label", "created_at", "expires_at", "revoked_at")}
    scopes = frozenset(Scope(word) for word in getattr(row, "scopes").split())  # noqa: B009
    return Key(scopes=scopes, **values)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
