"""Figures (指标): how each is made, the very cases behind it, and one's own before anybody else's."""
