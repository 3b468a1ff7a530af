"""The desk's pages of surveys: kept, asked on the telephone and from paper, told."""
