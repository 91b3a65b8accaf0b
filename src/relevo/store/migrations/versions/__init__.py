"""The changes of the schema, in order; the newest one is `relevo.store.upgrade.HEAD`."""
