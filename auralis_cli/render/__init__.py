"""What the user sees: progress, reports, panels, JSON lines."""
