"""Segmental: training and certification for intramuscular stimulation."""

import os

# A request, a command and a worker do small arithmetic; threads that wait for each other only make it slower.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
