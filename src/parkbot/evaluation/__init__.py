"""Evaluation: question suites → runs through the real assistant → scores → reports and comparisons."""
