"""Indicators as data (评价指标): what is counted, over what, in which window, and in plain words.

`facts` says which tables of facts there are and what their columns mean; `conditions` and
`formulas` are the two small typed languages an indicator is written in; `book` is a whole set of
them, checked; `reference` computes them slowly and plainly, as the measure for faster engines.
"""
