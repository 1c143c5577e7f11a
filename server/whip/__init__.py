"""WHIP (RFC 9725): how a candidate's media comes in over HTTP."""
