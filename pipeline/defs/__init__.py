"""Dagster: assets, checks, schedule and sensor; thin, so that it could be deleted and the command line still build.

What belongs here: what Dagster needs to know of a stage. What does not: what a stage does (pipeline/build).
"""

import warnings

import dagster as dg

# The one beta parameter in use: without it a backfill starts a run for each day.
warnings.filterwarnings("ignore", message="Parameter `backfill_policy`", category=dg.BetaWarning)
