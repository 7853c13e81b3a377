"""The mill: what knows Dutch. Pure functions on words; no database, no engine, no web.

Texts and questions go through the same mill. A text becomes tokens (`tokens.tokens`), a question becomes a plan of the
things it asks for (`plan.plan`), and both meet in the index:

    fold       words without case and accents        everyday   words that say nothing about a subject
    stems      inflection, Dutch and English         compounds  lasrobot = las + robot
    glossary   words that mean the same              concepts   finding them in a text
    vocabulary what the collection holds             lexicon    all of that, made ready
    speller    known words near to a wrong one       repair     what was probably meant
    beginnings what was typed of a word so far
    meaning    a question, repaired                  reading    the things it asks for
    units      one such thing, and ways to find it   plan       all of them
    tokens     what the index holds of a text        marks      which words of a text were asked for
"""
