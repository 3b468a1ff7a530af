"""What other rooms and doors may read."""

from commonward.cases.queries.reference import Book, CategoryFacts, book, forget_book

__all__ = ["Book", "CategoryFacts", "book", "forget_book"]
