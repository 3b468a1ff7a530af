"""Urgent help (应急响应): calls become incidents, units on duty are ordered there and answer.

An incident is a case that follows the procedure `incident`; what more there is to keep of it –
its calls, its orders, who answered when – lies here. Units have positions, never people, and only
while they are on duty.
"""
