"""The MCP App: the page of a bibliography inside the conversation, for hosts that show such; others have the text."""

from mcp.server.apps import APP_MIME_TYPE, Apps, ResourceCsp
from mcp.server.mcpserver.resources import FunctionResource

from research_agent.service.mcp.addresses import APP


def bibliography_app() -> Apps:
    """The extension with the page as its resource; tools are bound to it by its address.

    The page asks nothing of the network, and the host is told so. It is rendered when a host first wants it.
    """
    apps = Apps()
    nothing = ResourceCsp(connect_domains=[], resource_domains=[], frame_domains=[], base_uri_domains=[])
    apps.add_resource(
        FunctionResource.from_function(
            _page,
            uri=APP,
            name="bibliography-app",
            title="Bibliography",
            description="Shows what get_bibliography answers.",
            mime_type=APP_MIME_TYPE,
            meta={"ui": {"csp": nothing.model_dump(by_alias=True), "prefersBorder": True}},
        )
    )
    return apps


def _page() -> str:
    from research_agent.page import render_app

    return render_app()
