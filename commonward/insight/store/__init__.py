"""The facts as columnar files (列式数据仓): a file per table and month, rolled up beside it.

`manifest` says which files hold now, and lends them to readers; `writing` is the one writer, which
follows the record of events; `rolling` makes and reads the rollups; `engine` counts. DuckDB and
pyarrow are imported when somebody counts, never when the site starts.
"""
