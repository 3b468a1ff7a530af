"""Marks of quality (质量标志): kinds with published criteria, what they may rest on, how they are met."""
