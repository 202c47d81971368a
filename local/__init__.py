"""A stand-in for `func start` and for Static Web Apps: the same app and site, on a laptop, without their hosts.

The function app is indexed, called and answered by `azure-functions-runtime`, the worker library that runs in Azure;
only the part that listens to HTTP is this project's own. Nothing in the app knows which host runs it.
"""
