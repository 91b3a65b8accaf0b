"""How the tables came to be what `relevo.store.schema` says, one file per change."""
