# ParkBot in a container. Build: docker build -t parkbot .   Run: see docs/installing.md (a key has to exist first).
FROM python:3.11-slim-bookworm AS build
WORKDIR /source
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY src src
COPY knowledge knowledge
# A mirror in the place of the public index; pip passes over what is empty.
ARG PIP_INDEX_URL=
# torch for CPUs: name an index that has it, or gigabytes of CUDA libraries come along.
ARG PIP_EXTRA_INDEX_URL=
RUN python -m venv /opt/parkbot \
    && PIP_INDEX_URL="$PIP_INDEX_URL" PIP_EXTRA_INDEX_URL="$PIP_EXTRA_INDEX_URL" \
    /opt/parkbot/bin/pip install --no-cache-dir --constraint constraints.txt '.[postgres]'

FROM python:3.11-slim-bookworm
RUN useradd --uid 10001 --create-home --home-dir /var/lib/parkbot parkbot
COPY --from=build /opt/parkbot /opt/parkbot
ENV PATH=/opt/parkbot/bin:$PATH PARKBOT_DATA_DIR=/var/lib/parkbot PARKBOT_HOST=0.0.0.0 PYTHONUNBUFFERED=1
USER parkbot
VOLUME /var/lib/parkbot
EXPOSE 8080
# Whatever proxy the container is told of: this request stays within it.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import httpx, sys; sys.exit(httpx.get('http://127.0.0.1:8080/v1/health', trust_env=False).status_code != 200)"]
CMD ["parkbot", "serve"]
