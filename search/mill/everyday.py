"""Everyday words of Dutch and English that say nothing about a subject. Chosen by hand."""

from search.mill.fold import listed

STOP = listed(
    """
    de het een en of maar want dus dat die dit deze daar er hier ik jij je we wij jullie ze zij hij hem haar hun u ons
    onze mijn jouw zijn is was waren ben bent wordt worden werd werden heeft had hadden hebben zal zullen zou zouden
    te ten ter tot van voor met in op aan bij naar om uit over onder door tegen tussen naast sinds tijdens zonder na
    als dan toen niet geen wel ook al nog weer zo zelf zich iemand men s t ze alle alles elk elke ander andere
    wegens omdat doordat zodat terwijl hoewel indien mits per via nooit altijd vaak soms meer veel minder
    the a an and or but nor so that this these those there here i you he she it we they me him her us them my your his
    its our their is are was were be been being am has have had having do does did doing will would shall should may
    might must of in on at by for with about against between into through during before after above below to from up
    down out off over under again then once if because as until while not no only own same than too very s t just
    also per via each every all any both few many much more most other some such don doesn isn aren wasn
    """
)
"""Dropped from texts and questions alike."""

ASKING = listed(
    """
    hoe wat wie waar wanneer waarom waarmee waardoor welk welke hoeveel kan kun kunnen kunt moet moeten mag mogen wil
    willen zijn heb hebt hebben krijg krijgt krijgen gaat gaan ga laat laten lukt lukken helpt helpen zin nodig beste
    goed goede iets nou even eigenlijk eerst graag weet weten doe doet doen maak zoek zoeken vind vinden
    how what who where when why which can could should need needs want best get gets getting please does do help
    good way ways find looking
    """
)
"""Words a question is made of. Dropped when a text asks something and more is left than these."""

QUESTION = listed(
    """
    hoe wat wie waar wanneer waarom waarmee waardoor welk welke hoeveel is zijn kan kun kunnen kunt moet moeten mag
    how what who where when why which can could should do does is are
    """
)
"""Words that tell a question."""


def says_nothing(word: str) -> bool:
    """Whether a word is everyday, or a single letter."""
    return word in STOP or len(word) == 1
