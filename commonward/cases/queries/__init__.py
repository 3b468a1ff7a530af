"""What other rooms and doors may read."""

from commonward.cases.queries.reference import Book, CategoryFacts, book

__all__ = ["Book", "CategoryFacts", "book"]
