"""What every request passes: problem documents, security headers, limits, the access log."""
