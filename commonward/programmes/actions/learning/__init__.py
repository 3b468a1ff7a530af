"""Courses: what work asks for, sessions, attendance, past records; a file per subject."""
