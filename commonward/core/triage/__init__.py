"""Reading reports about problems, so that the office answers faster (分拣): never people, mood or opinion.

Plain Python without a database: everything here takes texts and plain rows and gives suggestions.
Each bears the version of what made it, a calibrated probability and the words that led to it; a
person decides. Nothing here hides, ranks or holds back what somebody wrote.
"""
