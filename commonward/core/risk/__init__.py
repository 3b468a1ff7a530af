"""Reviews of the risk of projects and big decisions (重大决策风险评估), in plain values.

What is weighed is the project: its works, places, costs and promises. `table` turns two words, how
likely and how grave, into a level, by a table that anybody can read; `allowed` refuses measures
against people and lists of persons; `terms` are the days that an office keeps.
"""
