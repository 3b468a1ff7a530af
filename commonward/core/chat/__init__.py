"""A conversation that ends in a report (对话): its questions are data, its steps a pure function."""
