# The function app as a container, for Azure Container Apps or a machine of your own: what the package has, on Azure's image.
#   docker build -t purchase . && docker run -p 127.0.0.1:7071:80 purchase
FROM mcr.microsoft.com/azure-functions/python:4-python3.13

ENV AzureWebJobsScriptRoot=/home/site/wwwroot \
    AzureFunctionsJobHost__Logging__Console__IsEnabled=true

COPY requirements.txt /
RUN pip install --no-cache-dir --require-hashes --only-binary :all: -r /requirements.txt

WORKDIR /home/site/wwwroot
COPY function_app.py host.json ./
COPY handlers ./handlers
COPY predict ./predict
COPY watch ./watch
