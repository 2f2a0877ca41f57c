# The edge: Debian's nginx with ModSecurity and the OWASP Core Rule Set. Its configuration is mounted.
ARG BASE=docker.io/library/debian:bookworm-slim@sha256:3783cc01769c7b2b1b83a5c5ad96c815348e28ed7da68e2e3687004faa906251
FROM ${BASE}
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        ca-certificates curl libnginx-mod-http-modsecurity modsecurity-crs nginx \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 10001 borda \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent \
        --shell /usr/sbin/nologin borda
USER 10001:10001
EXPOSE 8443 8081
STOPSIGNAL SIGQUIT
ENTRYPOINT ["nginx", "-c", "/etc/borda/nginx.conf", "-g", "daemon off;"]
