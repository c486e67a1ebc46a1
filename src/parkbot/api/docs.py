"""The API's documentation at /docs: Swagger UI from an installed package, so no other host is contacted."""

from fastapi import APIRouter, FastAPI
from starlette.responses import HTMLResponse
from starlette.staticfiles import StaticFiles

# Swagger UI styles its elements inline and carries its icons as data: addresses.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>ParkBot API</title>
<link rel="icon" href="ui/parkbot.svg">
<link rel="stylesheet" href="docs/assets/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="docs/assets/swagger-ui-bundle.js"></script>
<script src="ui/api-docs.js"></script>
</body>
</html>
"""

_router = APIRouter(include_in_schema=False)


@_router.get("/docs")
def _page() -> HTMLResponse:
    return HTMLResponse(_PAGE, headers={"Content-Security-Policy": _POLICY})


def install(app: FastAPI) -> None:
    """Serve the page, and Swagger UI's own files for it."""
    app.include_router(_router)
    app.mount("/docs/assets", StaticFiles(packages=[("fastapi_swagger", "resources")]))
