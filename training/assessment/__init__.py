"""Attempts at quizzes and cases, their answers and the feedback."""
