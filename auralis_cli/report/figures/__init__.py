"""The figures of a report: axes, glyphs and tools. A page fills them with data."""
