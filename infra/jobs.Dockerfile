# The container jobs: training again by the clock (modules/retraining.bicep), scoring files that arrive (modules/scoring.bicep).
#   docker build -f infra/jobs.Dockerfile -t jobs .
FROM python:3.13-slim

COPY requirements-dev.txt /
RUN pip install --no-cache-dir --require-hashes --only-binary :all: -r /requirements-dev.txt

WORKDIR /work
COPY predict ./predict
COPY training ./training
COPY watch ./watch

# Nobody in particular: neither job needs rights.
USER 65534

# The schema by which the packaged model was trained: by another one the app would refuse the model. Scoring has a command of its own.
CMD ["python", "-m", "watch", "retrain", "--schema", "training/schema/customers.toml"]
