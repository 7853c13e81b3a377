# Proeftuin without the search engine: run Meilisearch beside it and point PROEFTUIN_SEARCH_URL at it.
#   docker build -t proeftuin .
#   docker run -p 8000:8000 -v proeftuin:/data -e PROEFTUIN_SEARCH_URL=... -e PROEFTUIN_BASE_URL=... proeftuin

FROM python:3.13-slim-bookworm AS packages
WORKDIR /srv/proeftuin
COPY requirements/uv.txt requirements/serve.txt requirements/
RUN python -m venv .venv \
    && .venv/bin/pip install --no-cache-dir --require-hashes -r requirements/uv.txt \
    && .venv/bin/uv pip install --no-cache --compile-bytecode --require-hashes -r requirements/serve.txt \
    && .venv/bin/pip uninstall --yes uv pip

FROM python:3.13-slim-bookworm AS tree
WORKDIR /srv/proeftuin
COPY app app
COPY content content
COPY search search
COPY migrations migrations
COPY templates templates
COPY static static
RUN python -m compileall -q app content search

FROM python:3.13-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin proeftuin \
    && install --directory --owner=proeftuin --mode=0700 /data
# For the PDF of a piece. Their versions are those of the base image's Debian, security mends included.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        fontconfig libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /srv/proeftuin
COPY --from=packages /srv/proeftuin/.venv .venv
COPY --from=tree /srv/proeftuin .
ENV PATH=/srv/proeftuin/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PROEFTUIN_DATA_DIR=/data \
    PROEFTUIN_HOST=0.0.0.0 \
    PROEFTUIN_PORT=8000
USER 10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["python", "-m", "app", "serve"]
