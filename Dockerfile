# One image for all roles: `fiscalxml role api`, `… worker`, …; see ops/imagem/README.md.
# No "# syntax" line: nothing but the base and the locked packages is fetched.
ARG BASE=docker.io/library/python:3.13-slim-trixie@sha256:9d2e5553305c7c7b0097999bb17187c69b921ccd6bc9d40e4bb5ebe652c00285
# What compiles: the same Python, with or without a C compiler. Nothing of it reaches the image.
ARG CONSTRUTOR=${BASE}

FROM ${CONSTRUTOR} AS construcao
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
# hadolint ignore=DL3008
RUN command -v gcc > /dev/null || { apt-get update \
    && apt-get install --yes --no-install-recommends gcc libc6-dev \
    && rm -rf /var/lib/apt/lists/*; }
WORKDIR /construcao
COPY requirements.production.lock ops/imagem/build.lock ./
# Every file is checked against the lock's hashes; one that has no wheel is made into one by the
# locked tools. What is installed then comes from this folder alone.
RUN python3 -m venv /opt/ferramentas \
    && /opt/ferramentas/bin/pip install --require-hashes --only-binary :all: --requirement build.lock \
    && /opt/ferramentas/bin/pip wheel --require-hashes --no-build-isolation --wheel-dir rodas \
        --requirement requirements.production.lock
COPY ops/imagem/enxugar.sh ./
RUN python3 -m venv --without-pip /opt/fiscalxml \
    && /opt/ferramentas/bin/pip --python /opt/fiscalxml/bin/python install --no-deps --no-index rodas/*.whl \
    && sh enxugar.sh /opt/fiscalxml
COPY pyproject.toml hatch_build.py README.md LICENSE ./
COPY src src
RUN /opt/ferramentas/bin/pip wheel --no-deps --no-build-isolation --wheel-dir nossa . \
    && /opt/ferramentas/bin/pip --python /opt/fiscalxml/bin/python install --no-deps --no-index nossa/*.whl

FROM ${BASE}
ARG VERSAO=desenvolvimento
ARG REVISAO=desconhecida
LABEL org.opencontainers.image.title="API Fiscal XML" \
      org.opencontainers.image.description="Valida documentos fiscais eletrônicos; um papel do serviço por contêiner" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSAO}" \
      org.opencontainers.image.revision="${REVISAO}"
RUN groupadd --gid 10001 fiscalxml \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent \
        --shell /usr/sbin/nologin fiscalxml
COPY --from=construcao /opt/fiscalxml /opt/fiscalxml
# Only /tmp and /run/fiscalxml are written to: two tmpfs, on a root that is read-only.
ENV PATH=/opt/fiscalxml/bin:${PATH} \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    FISCALXML_METRICS_DIR=/run/fiscalxml/metricas \
    FISCALXML_METRICS_PORT=9464
WORKDIR /tmp
USER 10001:10001
EXPOSE 8000 9464
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=10s --start-period=180s --retries=4 \
    CMD ["python", "-P", "-m", "fiscalxml_server.stack.alive"]
ENTRYPOINT ["fiscalxml"]
CMD ["--help"]
