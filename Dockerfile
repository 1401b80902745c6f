# The service as an image: nothing in it builds, nothing in it runs as root, everything in it is locked by hash.
ARG PYTHON=3.11

FROM python:${PYTHON}-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_NO_INPUT=1
# An environment without pip in it: the one out here installs into it.
RUN python -m venv --without-pip /opt/research-agent
WORKDIR /build
COPY requirements.lock ./
RUN pip --python /opt/research-agent/bin/python install --require-hashes --only-binary :all: -r requirements.lock
COPY pyproject.toml README.md LICENSE NOTICE ./
COPY src src
COPY prompts prompts
COPY corpus corpus
# The lock holds the tools that build the package too. They go again, and pip says whether anything misses them.
# Compiled without a check of times, which an image's layers do not keep in every builder.
RUN pip --python /opt/research-agent/bin/python install --no-deps --no-build-isolation . \
 && pip --python /opt/research-agent/bin/python uninstall --yes editables hatchling pathspec pluggy trove-classifiers \
 && pip --python /opt/research-agent/bin/python check \
 && /opt/research-agent/bin/python -m compileall -q -f -j 0 --invalidation-mode unchecked-hash /opt/research-agent/lib

FROM python:${PYTHON}-slim-bookworm
LABEL org.opencontainers.image.title="research-agent" \
      org.opencontainers.image.description="Prompts and annotated bibliographies with proof, over REST and MCP" \
      org.opencontainers.image.licenses="Apache-2.0"
# Numbers rather than names: an orchestrator that insists on a user other than root can tell.
RUN python -m pip uninstall --yes pip setuptools wheel \
 && groupadd --gid 10001 research \
 && useradd --uid 10001 --gid research --home-dir /data --no-create-home --shell /usr/sbin/nologin research \
 && install --directory --owner=research --group=research --mode=0700 /data
COPY --from=build /opt/research-agent /opt/research-agent
ENV PATH=/opt/research-agent/bin:$PATH \
    RESEARCH_AGENT_DATA_DIR=/data
WORKDIR /data
VOLUME /data
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=15s --retries=3 \
  CMD ["python", "-S", "-E", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/health/live', timeout=4)"]
ENTRYPOINT ["research-agent"]
CMD ["serve", "--host", "0.0.0.0"]
