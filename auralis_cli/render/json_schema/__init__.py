"""The JSON Schema of everything that `--json` prints."""
