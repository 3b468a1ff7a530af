"""The door `federation`: letters of neighbouring installations, and ours to them."""
