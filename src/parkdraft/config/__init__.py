"""contacts.yaml and parkdraft.toml: read, held against their shape, checked."""
