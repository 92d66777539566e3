"""What `auralis bench` shows of its measurements: tables and JSON. It measures nothing."""
