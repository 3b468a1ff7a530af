"""Replaying a real data set through the loop: generated staff, a simulated clock, every verb."""
