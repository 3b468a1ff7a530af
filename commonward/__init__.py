"""Commonward 同里: the open-source service centre of a city district."""
