"""What the office's directory says of members of staff (统一身份目录), in plain values: SCIM 2.0.

Sources: RFC 7643 (resources) and RFC 7644 (protocol). Only accounts of staff are in it.
"""
