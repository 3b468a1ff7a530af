"""Figures from what happened (统计分析): indicators, hotspots, forecasts, open data. Reads only."""
