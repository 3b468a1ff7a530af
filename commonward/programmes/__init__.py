"""Programmes (专项工作): what a district does beyond single cases, and can be held to.

Plans with dated targets, inspections of places, pledges between offices, reviews of risk before a
decision, what residents propose and vote, marks of quality, learning, surveys and advice. Places,
buildings, works and promises are inspected and counted; people are not.

What has stages and clocks is a case of a category "P-…" that follows a procedure of this room;
what more there is to keep of it lies here.
"""
