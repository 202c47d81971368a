# Retraining as a container job (modules/retraining.bicep): the trainer, and the command that compares and publishes.
#   docker build -f infra/retrain.Dockerfile -t retrain .
FROM python:3.13-slim

COPY requirements-dev.txt /
RUN pip install --no-cache-dir --require-hashes --only-binary :all: -r /requirements-dev.txt

WORKDIR /work
COPY predict ./predict
COPY training ./training
COPY watch ./watch

# Nobody in particular: training needs no rights.
USER 65534

# The schema by which the packaged model was trained: by another one the app would refuse the model.
CMD ["python", "-m", "watch", "retrain", "--schema", "training/schema/customers.toml"]
