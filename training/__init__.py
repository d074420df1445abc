"""Segmental: training and certification for intramuscular stimulation."""
