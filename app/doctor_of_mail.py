"""What the doctor says of mail: whether letters get away, and whether what comes back reaches us."""

from app.core import database, mail, mail_line
from app.core.outside import OutsideError, takes_mail
from app.core.settings import Settings


def sending(settings: Settings) -> tuple[bool, str]:
    """Whether the mail server takes us, and no letter waits for too long."""
    url = settings.smtp_url.get_secret_value()
    if not url:
        folder = f"letters are laid in {settings.data_dir.absolute() / 'mail'}"
        return (False, f"{folder}, where nobody gets them: set SMTP_URL") if settings.is_https else (True, folder)
    server = mail_line.Server.at(url)
    try:
        server.connect().close()
    except mail_line.Away as away:
        return False, (
            f"{server.host} port {server.port} does not take us ({away}): is SMTP_URL right, is the way there open, "
            "does its certificate fit its name?"
        )
    if settings.mail_from.endswith("@localhost"):
        return False, f"{server.host} takes us, but MAIL_FROM is no address that others can answer: set it"
    return _waiting_letters(server.host)


def _waiting_letters(host: str) -> tuple[bool, str]:
    with database.reading() as session:
        post = mail.post_office(session)
    said = f"{host} takes us; {post.waiting} letters wait, {post.refused} were refused in the last day"
    return not post.is_late, said


def taking_in(settings: Settings) -> tuple[bool, str]:
    """Whether mail gets to the addresses for answers and for reports. What their server does with it nobody sees."""
    named = {"REPLY_ADDRESS": settings.reply_address, "BOUNCE_ADDRESS": settings.bounce_address}
    set_ones = {name: address for name, address in named.items() if address}
    if not set_ones:
        return True, "neither answers nor reports are taken by mail: REPLY_ADDRESS and BOUNCE_ADDRESS are not set"
    sender = settings.mail_from.partition("@")[2].lower()
    for name, address in set_ones.items():
        domain = address.partition("@")[2].lower()
        try:
            is_there = takes_mail(domain)
        except OutsideError:
            return False, f"whether {domain} takes mail cannot be seen: the name system does not answer"
        if not is_there:
            return False, f"{name} is at {domain}, which takes no mail: give it an MX record, or correct {name}"
        if name == "BOUNCE_ADDRESS" and not _are_related(domain, sender):
            return False, (
                f"BOUNCE_ADDRESS is at {domain} and MAIL_FROM at {sender}: DMARC takes SPF for such letters as "
                "somebody else's, so set both at one domain"
            )
    return True, f"mail gets to {' and '.join(set_ones)}, if their server hands it to `python -m app receive`"


def _are_related(one: str, other: str) -> bool:
    """Whether one is the other, or under it."""
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")
