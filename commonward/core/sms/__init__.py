"""Text messages (短信) in plain Python: alphabets, parts, SMPP 3.4, and what somebody writes to us."""
