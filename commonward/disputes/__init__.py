"""Disputes between people (矛盾纠纷): registered, talked over, agreed, performed, and kept.

A dispute is a case that follows the procedure `dispute`; what more there is to keep of it – its
sides, their consent, mediators, sessions, agreements – lies here. Every word of it is sealed with
the case's own key.
"""
