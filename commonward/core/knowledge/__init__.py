"""What answers to enquiries are found by, how two of them differ, and what was asked in vain."""
