"""What a bench prints, as text, Markdown and JSON. It measures nothing; only `commands` imports from here."""
