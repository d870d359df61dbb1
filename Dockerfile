# docker build -t seq2seq-lab .                          everything
# docker build -t seq2seq-lab:light --target light .     without TensorFlow: shows models, trains none
# docker run --rm -p 7860:7860 seq2seq-lab               the page, on http://127.0.0.1:7860

FROM python:3.11-slim AS wheel
WORKDIR /source
COPY pyproject.toml README.md LICENSE requirements.txt requirements.lock ./
COPY seq2seq_core seq2seq_core
COPY seq2seq_ui seq2seq_ui
COPY pretrained pretrained
RUN python -m venv /venv
RUN pip wheel --no-cache-dir --no-deps --wheel-dir /wheels .

FROM wheel AS light-packages
RUN grep -v -e '^#' -e '^tensorflow' -e '^keras' requirements.txt > light.txt
RUN /venv/bin/pip install --no-cache-dir --requirement light.txt --constraint requirements.lock
RUN /venv/bin/pip install --no-cache-dir --no-deps /wheels/*.whl

FROM wheel AS all-packages
RUN /venv/bin/pip install --no-cache-dir /wheels/*.whl --constraint requirements.lock

FROM python:3.11-slim AS base
RUN useradd --create-home --uid 1000 lab
USER lab
WORKDIR /home/lab
ENV PATH=/venv/bin:$PATH GRADIO_SERVER_NAME=0.0.0.0 PYTHONUNBUFFERED=1
EXPOSE 7860
HEALTHCHECK --start-period=60s CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:7860/healthz', timeout=5)"]
CMD ["seq2seq", "serve"]

FROM base AS light
COPY --from=light-packages /venv /venv

FROM base AS full
COPY --from=all-packages /venv /venv
