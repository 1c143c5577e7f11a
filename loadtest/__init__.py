"""Synthetic candidates and benchmarks. Speaks only the public protocol."""
