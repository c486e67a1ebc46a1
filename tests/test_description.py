"""The API's description: an example for every operation, and the app keeps to it."""

import jsonschema
import pytest

from fuzzing import fuzz
from parkbot.settings import Settings
from standin import web_app

REQUESTS = 200


@pytest.fixture(scope="module")
def description():
    return web_app(Settings()).openapi()


def operations(description):
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def with_definitions(schema, description):
    return {**schema, "components": description["components"]}


def test_every_operation_shows_a_response_that_fits_its_schema(description):
    for name, operation in operations(description):
        good = {status: each for status, each in operation["responses"].items() if status.startswith("2")}
        assert good, name
        for status, response in good.items():
            if status == "204":
                continue
            content = response["content"]["application/json"]
            assert "example" in content, (name, status)
            jsonschema.validate(content["example"], with_definitions(content["schema"], description))


def test_every_body_shows_how_it_is_written(description):
    for name, operation in operations(description):
        for content in operation.get("requestBody", {}).get("content", {}).values():
            reference = content["schema"]["$ref"].rpartition("/")[2]
            schema = description["components"]["schemas"][reference]
            shown = {field for field, each in schema["properties"].items() if "examples" in each}
            described = {field for field, each in schema["properties"].items() if "description" in each}
            assert "examples" in schema or set(schema["required"]) <= shown | described, name


def test_the_app_answers_as_it_is_described(tmp_path):
    given_back = fuzz(tmp_path, REQUESTS)
    assert given_back.total() >= REQUESTS
    assert {status for _, status in given_back} >= {200, 201, 404, 422}
