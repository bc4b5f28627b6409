"""Alembic runs this: the steps that are missing, in the transaction that `station.records.migrate` has begun."""

from __future__ import annotations

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
