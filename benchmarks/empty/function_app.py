"""One function, `POST /api/empty`: it reads nothing, decides nothing and answers an empty object."""

import azure.functions as func

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)


@app.route(route="empty", methods=["POST"])
async def empty(req: func.HttpRequest) -> func.HttpResponse:  # noqa: ARG001
    """Answer an empty object."""
    return func.HttpResponse(b"{}", mimetype="application/json")
