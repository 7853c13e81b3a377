"""The command line: `python -m app <command>`. Exit codes: 0 good, 1 failed, 2 wrong use.

Everything is imported inside the command that needs it, so that `--help` answers at once.
"""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from app.commanding import Examples, Of, begin, fail, index, require_current_database, seed_if_empty
from app.core.starting import importing
from app.receiving import receive

command_line = typer.Typer(
    name="proeftuin",
    help="Proeftuin, the knowledge platform of a region of smart factories.",
    epilog="Settings come from PROEFTUIN_... in the environment or from .env; `settings` shows them all.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    # Its tracebacks print local variables, and with them secrets.
    pretty_exceptions_enable=False,
)


class Switch(StrEnum):
    """On or off."""

    ON = "on"
    OFF = "off"


@command_line.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.", show_default="127.0.0.1")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, max=64, help="How many web processes.")] = None,
    reload: Annotated[bool, typer.Option("--reload", help="Start anew when a file of the product changes.")] = False,
    examples: Examples = False,
) -> None:
    """Start everything: search engine, web processes and worker. Ctrl-C stops it all."""
    from app.listening import CannotServe
    from app.supervisor import Supervisor

    chosen = {"host": host, "port": port, "workers": workers}
    settings = begin().model_copy(update={name: value for name, value in chosen.items() if value is not None})
    try:
        Supervisor(settings, examples=examples, reload=reload).run(typer.echo)
    except CannotServe as reason:
        fail(str(reason))


@command_line.command(hidden=True)
def web(descriptor: Annotated[int, typer.Option(help="The listening socket.")], of: Of = "") -> None:
    """Answer requests on a socket that `serve` opened, as soon as it says that the database is ready."""
    from app.core.processes import leave_with_parent

    told = leave_with_parent() if of else None
    begin()
    from app.serving import serve_requests

    serve_requests(descriptor, told)


@command_line.command()
def worker(of: Of = "") -> None:
    """Run one more worker. It keeps what was promised and the timetable; `serve` starts one itself."""
    with importing():
        from app.worker import main as work
    begin(of)
    work()


@command_line.command()
def migrate(
    examples: Annotated[
        bool, typer.Option("--examples", help="Then fill the database with example content if it is empty.")
    ] = False,
    of: Of = "",
) -> None:
    """Bring the database to the shape that this release expects, with its regions, sectors, topics and words."""
    from app.core import database, migrating
    from app.core.maintenance import closed_by_migrate
    from content.seed.reference import load_reference

    settings = begin(of)
    if not migrating.is_current(database.current()):
        with closed_by_migrate(settings.data_dir):
            migrating.upgrade(database.current())
        typer.echo("The database is up to date now.")
    with database.writing() as session:
        load_reference(session)
    if examples:
        seed_if_empty()


@command_line.command()
def seed(
    remove: Annotated[bool, typer.Option("--remove", help="Take all example content out again.")] = False,
) -> None:
    """Load the example content, or bring it up to date. Pieces that somebody edited are left alone."""
    import app.reactions  # noqa: F401 - what follows from a publication must be known before it happens
    from content.seed import seeding

    begin()
    require_current_database()
    for sentence in seeding.unseed() if remove else seeding.seed():
        typer.echo(sentence)


class Care(StrEnum):
    """What somebody can be invited to from the command line."""

    STEWARD = "steward"


@command_line.command()
def invite(
    address: Annotated[str, typer.Argument(help="The mail address of the person.")],
    role: Annotated[Care, typer.Option(help="What they are invited to.")] = Care.STEWARD,
) -> None:
    """Invite somebody to look after the portal, and show the link. They prove the address with a code by mail."""
    import app.reactions  # noqa: F401 - that a letter was written must be known before it is
    from app.core import database
    from app.core.errors import Invalid
    from app.people.actor import the_operator
    from app.people.inviting import invite_steward
    from app.people.mail_addresses import mail_address

    settings = begin()
    require_current_database()
    try:
        mail = mail_address(address)
    except Invalid:
        typer.echo(f"{address} is no mail address.", err=True)
        raise typer.Exit(2) from None
    with database.writing() as session:
        link = invite_steward(session, mail, by=the_operator)
    typer.echo(f"{mail} can become {role.value} here, within two weeks:")
    typer.echo(link)
    if not settings.smtp_url.get_secret_value():
        typer.echo(f"No mail server is set: letters, one with the code too, lie in {settings.data_dir / 'mail'}.")


command_line.command()(receive)


@command_line.command()
def reindex() -> None:
    """Build the search index anew. That happens aside, so searching goes on meanwhile."""
    from app.progress import showing_progress
    from search.index import rebuild

    with index(begin()), showing_progress() as tell:
        pieces = rebuild(tell)
    typer.echo(f"The index was built anew from {pieces} pieces.")


@command_line.command()
def reconcile() -> None:
    """Repair the search index where it differs from the database."""
    from search.index import reconcile as compare

    with index(begin()):
        repaired = compare()
    typer.echo(f"{repaired} pieces had to be repaired.")


@command_line.command()
def relevance(
    questions: Annotated[Path, typer.Argument(help="Folder with questions and the pieces that answer them.")] = Path(
        "tests/search"
    ),
) -> None:
    """Show how well the search answers questions about the example content."""
    from search.measuring import measured

    with index(begin()):
        typer.echo(measured(questions), nl=False)


@command_line.command()
def backup(path: Annotated[Path, typer.Argument(help="The file to write; nothing may be there yet.")]) -> None:
    """Write everything into one file while people go on: database, files and the root secret. Keep it as a secret."""
    from app.core import database
    from app.core.backing_up import CannotBackUp, back_up
    from app.core.errors import Problem
    from app.core.files import storage
    from app.tables import DERIVED

    settings = begin()
    try:
        kept = back_up(database.current(), storage(), settings.secret_path, path, derived=DERIVED)
    except (CannotBackUp, Problem, OSError) as reason:
        fail(str(reason))
    typer.echo(f"{sum(kept.rows.values())} rows and {kept.files} files are in {path}.")


@command_line.command()
def restore(path: Annotated[Path, typer.Argument(help="A file that `backup` wrote.")]) -> None:
    """Bring a backup back where there is no database yet, and build the index anew. Nothing is overwritten."""
    from app.core.errors import Problem
    from app.core.files import storage
    from app.core.restoring import CannotRestore
    from app.core.restoring import restore as bring_back
    from app.tables import DERIVED

    settings = begin()
    try:
        kept = bring_back(path, settings.database_address, storage(), settings.secret_path, derived=DERIVED)
    except (CannotRestore, Problem) as reason:
        fail(str(reason))
    typer.echo(f"{sum(kept.rows.values())} rows and {kept.files} files of {kept.made_at} are back.")
    with index(settings):
        from search.index import rebuild

        typer.echo(f"The index was built anew from {rebuild()} pieces.")


@command_line.command()
def export(folder: Annotated[Path, typer.Argument(help="The folder to make; nothing may be there yet.")]) -> None:
    """Write every piece as Markdown with its files into a folder: what readers see of it, else its draft."""
    from app.core import database
    from app.core.errors import Problem
    from content.carrying.out import take_out

    begin()
    require_current_database()
    try:
        with database.reading() as session:
            pieces = take_out(session, folder)
    except (Problem, OSError) as reason:
        fail(str(reason))
    typer.echo(f"{pieces} texts are in {folder}.")


@command_line.command(name="import")
def import_(
    source: Annotated[Path, typer.Argument(help="A folder or zip of Markdown files, as `export` writes them.")],
    trial: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
) -> None:
    """Bring in pieces from Markdown with front matter. May be repeated: what a person wrote since is left alone."""
    import app.reactions  # noqa: F401 - what follows from a publication must be known before it happens
    from app.core import database
    from app.core.errors import Problem
    from app.people.actor import the_operator
    from content.carrying.bringing_in import bring_in
    from content.carrying.bundle import Bundle

    begin()
    require_current_database()
    counts: dict[str, int] = {}
    try:
        for outcome in bring_in(database.current(), Bundle(source), by=the_operator, is_trial=trial):
            counts[outcome.became] = counts.get(outcome.became, 0) + 1
            for sentence in outcome.left_out:
                typer.echo(f"{outcome.path}: {sentence}")
    except (Problem, OSError) as reason:
        fail(str(reason))
    told = ", ".join(f"{count} {became}" for became, count in counts.items()) or "no texts found"
    typer.echo(f"{'Would be: ' if trial else ''}{told}.")
    if counts.get("not taken"):
        raise typer.Exit(1)


@command_line.command()
def doctor() -> None:
    """Look at everything that must work. Says what does not and what to do about it."""
    from app.doctor import examine

    findings = list(examine(begin()))
    for finding in findings:
        typer.echo(f"{'ok  ' if finding.is_good else 'FAIL'}  {finding.name:<10} {finding.sentence}")
    if not all(finding.is_good for finding in findings):
        raise typer.Exit(1)


@command_line.command()
def maintenance(state: Annotated[Switch, typer.Argument(help="`on` closes the site, `off` opens it.")]) -> None:
    """Close the site for a moment: it answers 503 with a page that says so. `migrate` does that by itself."""
    from app.core.maintenance import close, reopen

    (close if state is Switch.ON else reopen)(begin().data_dir)
    typer.echo("The site is closed for maintenance." if state is Switch.ON else "The site is open.")


@command_line.command()
def settings() -> None:
    """Show every setting, its value and where it came from. Secrets are masked."""
    from app.origins import explain

    for line in explain(begin()):
        typer.echo(line)


def main() -> None:
    """Run the command that the arguments name."""
    command_line(prog_name="proeftuin")
