"""Measurements of the pipeline; no part of the package, run by hand."""
