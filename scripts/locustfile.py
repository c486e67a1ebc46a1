"""A manager at the page, for locust: a question, two to five seconds of reading, the next question.

Run by scripts/load.py.
"""

import random

from locust import FastHttpUser, between, task

from benchmark import questions

QUESTIONS = questions()


class Manager(FastHttpUser):
    """Asks over HTTP; an answer that is neither given nor refused for a reason is a failure."""

    wait_time = between(2, 5)

    @task
    def ask(self) -> None:
        """One question, by chance."""
        question = {"question": random.choice(QUESTIONS)}
        with self.client.post("/v1/ask", json=question, catch_response=True) as response:
            if response.status_code != 200 or not response.json()["blocks"]:
                response.failure(f"{response.status_code}: {response.text[:200]}")
