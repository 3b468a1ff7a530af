"""What is done with a survey: planned, asked on the telephone, by link and at the counter, told."""
