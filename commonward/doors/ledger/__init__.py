"""The log's door (公开账本): its files for whoever follows it, and a page that checks receipts."""
