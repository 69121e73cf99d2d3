# Two stages: the first installs, the second holds only what runs. scripts/dockerfile_steps.py runs these very steps
# in a clean folder; it knows just the instructions used here, and stops at any other.
#
#   docker build -t kramers .          (--build-arg TORCH_INDEX=<address of PyTorch's CPU index> for a small image)
#   docker run --rm -p 127.0.0.1:8501:8501 -v kramers-data:/data kramers

FROM python:3.11-slim AS build
ARG TORCH_INDEX=""
WORKDIR /opt/kramers
RUN python -m venv /opt/venv
COPY requirements.lock ./
RUN /opt/venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check \
      ${TORCH_INDEX:+--extra-index-url "$TORCH_INDEX"} -r requirements.lock
COPY LICENSE ./
COPY .streamlit .streamlit
COPY assets assets
COPY core core
COPY app app
COPY models_weights models_weights
RUN /opt/venv/bin/python -m compileall -q core app && mkdir -p /data

FROM python:3.11-slim
# A numeric user needs no account in the image, and lets Kubernetes check that it is not root.
COPY --from=build --chown=10001:10001 /data /data
COPY --from=build /opt/venv /opt/venv
COPY --from=build /opt/kramers /opt/kramers
WORKDIR /opt/kramers
# Inside the container every address is the container's own: what the world sees is decided by `docker run -p`.
ENV HOME=/data \
    KRAMERS_DATA=/data \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    STREAMLIT_SERVER_ADDRESS=0.0.0.0 \
    STREAMLIT_SERVER_PORT=8501
USER 10001:10001
VOLUME /data
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=40s \
  CMD /opt/venv/bin/python -c "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ['STREAMLIT_SERVER_PORT'] + '/_stcore/health', timeout=4)"
CMD ["/opt/venv/bin/python", "-m", "streamlit", "run", "app/main.py"]
