"""`wattos-testkit serve`: run the mock server."""

import click

from wattos_testkit.cli.options import fleet_options
from wattos_testkit.errors import UsageError

_MAX_ROWS = 5_000_000


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, metavar="HOST", help="Address to listen on.")
@click.option(
    "--port",
    default=8080,
    show_default=True,
    type=click.IntRange(0, 65535),
    metavar="PORT",
    help="Port to listen on; 0 finds a free one.",
)
@fleet_options
@click.option(
    "--spec",
    metavar="FILE",
    help="Serve another OpenAPI 3.0 document, the vendor's own, say: operations bind by operationId.",
)
@click.option(
    "--spec-map",
    metavar="FILE",
    help="YAML from our operation names to the operationIds of --spec, where they differ.",
)
@click.option(
    "--token",
    "tokens",
    multiple=True,
    envvar="WATTOS_TOKEN",
    metavar="T[=GROUP,...]",
    help="Accept only this bearer token, perhaps for some groups only. Repeatable; also from WATTOS_TOKEN. "
    "Without it any token is accepted.",
)
@click.option("--no-auth", is_flag=True, help="Ask for no token.")
@click.option(
    "--max-rows",
    default=_MAX_ROWS,
    show_default=True,
    type=click.IntRange(min=1),
    metavar="N",
    help="Refuse what would answer with more rows.",
)
@click.option("--no-cors", is_flag=True, help="Send no CORS headers.")
@click.option(
    "--workers",
    default=1,
    show_default=True,
    type=click.IntRange(1, 64),
    metavar="N",
    help="Processes that serve.",
)
@click.option(
    "--now",
    metavar="CLOCK",
    help="What time it is in the plant: live, 2024-03-20T12:07:00Z (stands), live@x60, "
    "2024-03-20T12:07:00Z@x60. Then only rows that have happened exist; without it every instant is served.",
)
@click.option(
    "--scenario",
    metavar="FILE|NAME[@DATE]",
    help="Faults from the start: a ready scenario by its name, or a YAML file.",
)
@click.option(
    "--control",
    default="loopback",
    show_default=True,
    type=click.Choice(["off", "loopback", "any"]),
    help="Who may use the control API under /_testkit: nobody, programs of this machine, or whoever may use "
    "the API.",
)
@click.option(
    "--control-query",
    is_flag=True,
    help="Read __code, __delay and __fault in the query, for calls that cannot send the header Prefer.",
)
@click.option("--log", is_flag=True, help="Write one JSON line per request to stderr.")
def serve(  # noqa: PLR0913, PLR0917 - one argument per option
    host: str,
    port: int,
    fleet_file: str | None,
    sites: int | None,
    seed: int | None,
    spec: str | None,
    spec_map: str | None,
    tokens: tuple[str, ...],
    max_rows: int,
    workers: int,
    now: str | None,
    scenario: str | None,
    control: str,
    *,
    control_query: bool,
    no_auth: bool,
    no_cors: bool,
    log: bool,
) -> None:
    """Run the mock server: the whole API, physically coherent, the same answer every time.

    It serves until it gets SIGTERM or Ctrl-C, then ends the answers that are under way and exits with 0.
    """
    if no_auth and tokens:
        raise UsageError("--no-auth asks for no token, --token for a certain one: give one of them")
    if spec_map is not None and spec is None:
        raise UsageError("--spec-map says what the operations of --spec are called: give --spec too")
    if control_query and control == "off":
        raise UsageError(
            "--control-query lets requests ask for faults, --control off lets none: give one of them"
        )
    # Loaded here: `serve --help` needs none of it.
    from wattos_testkit.server.greeting import backstage, greeting  # noqa: PLC0415 - see above
    from wattos_testkit.server.listen import listen, url_of  # noqa: PLC0415 - see above
    from wattos_testkit.server.serving import Serving  # noqa: PLC0415 - see above
    from wattos_testkit.server.serving import serve as serve_forever  # noqa: PLC0415 - see above

    serving = Serving(
        fleet_file=fleet_file,
        sites=sites,
        seed=seed,
        spec=spec,
        spec_map=spec_map,
        tokens=tokens,
        authenticate=not no_auth,
        max_rows=max_rows,
        cors=not no_cors,
        log=log,
        now=now,
        scenario=scenario,
        control=control,
        control_query=control_query,
    )
    fleet, contract = serving.fleet(), serving.contract()
    access = serving.access(fleet)
    state = serving.state(fleet)
    with listen(host, port) as listener:
        url = url_of(listener)

        def ready() -> None:
            where, who, curl = greeting(url, fleet, contract, access)
            click.echo("\n".join([where, who, *backstage(url, state, control), curl]))

        serve_forever(serving, state, listener, workers, ready)
