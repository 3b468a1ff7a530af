"""Places that a text names, and what of a gazetteer they may be (地名识别)."""
