"""Pages made of the code, in docs/reference: `python -m house.reference`, a part of `./dev docs`."""
