"""``mflowc lsp``: the language server for editors."""

from __future__ import annotations

from typing import Annotated

import typer


def lsp(
    tcp: Annotated[
        int | None,
        typer.Option(
            "--tcp",
            metavar="PORT",
            min=1,
            max=65535,
            help="Listen on this port of this computer, to look into the server.",
        ),
    ] = None,
) -> None:
    """Serve an editor: the language server protocol on stdin and stdout.

    Editors start it; docs/editors.md shows how.

    [bold]mflowc lsp[/]
    """
    from microflow.cli.console import distributed_version
    from microflow.lsp.server import serve

    serve(distributed_version(), tcp)
