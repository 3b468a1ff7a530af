"""Bulk from other systems (批量交换): what a file holds, what each row means here, what differs."""
