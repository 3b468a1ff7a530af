"""What this room writes: its own files and definitions, never a case."""
