"""What is kept: interviews, their append-only event logs, consents, reports, the audit trail."""
