# The portal in one image: pages, worker and clock are three commands of it; the proxy is another one
# (docker-compose.yml).

FROM caddy:2.10.0-alpine AS proxy
# Its ports are above 1024: it needs no right to the others, and starts where none can be had.
RUN setcap -r /usr/bin/caddy && chown -R 10001:10001 /data /config
COPY Caddyfile /etc/caddy/Caddyfile
USER 10001:10001

FROM python:3.11.13-slim-bookworm AS libraries
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/venv
COPY requirements.txt .
# Every file is compared with its hash; only built packages, so no compiler is needed.
RUN /opt/venv/bin/pip install --require-hashes --only-binary :all: -r requirements.txt

FROM python:3.11.13-slim-bookworm AS portal
# Pango draws the PDF pages.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 \
         libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin portal \
    && install --directory --owner portal /srv/portal/var /srv/portal/var/files /srv/portal-beat
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /srv/portal
COPY --from=libraries /opt/venv /opt/venv
COPY . .
RUN python -m compileall -q -j 0 . && python manage.py collectstatic --no-input --verbosity 0 \
    && rm -f var/secret-key && rm -rf var/broker
USER 10001:10001
EXPOSE 8000
CMD ["gunicorn", "-c", "python:portal.deploy.server", "-b", "0.0.0.0:8000", "portal.wsgi"]
