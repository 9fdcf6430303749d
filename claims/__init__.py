"""How a page is read, run, checked and published.

The words this package uses, each a file of its own:

    page      one Markdown file: its fences, notes and images; `reading` makes it of Markdown
    lab       a percent script, read as a page
    block     a Python fence: its includes expanded, compiled line by line, run
    output    what a block printed, beside what the page says it prints
    number    a number in prose: where it is, what it is worth
    claim     a number or a sentence, and the note that says what computes it
    figure    what a block drew: an SVG for both palettes; `drawn`, a digest of its data
    exercise  stub, check, solution and wrong answers, run against each other
    needed    a block that wants a framework; blocks that must agree
    run       one page executed from top to bottom; `record`, what its code gave
    verdict   what the page says, compared with what its code gave
    ledger    how much of a page was checked
    formula   displayed mathematics, read and decided; `mathematics`, a page's, remembered
    problem   one thing that is not true, said so that an author can mend it

`publish` makes the site, `along` what a reader takes along from it; `update` mends a page,
`chapter` begins one; what `passed` is not run again until something that it reads changes.

Arrows go one way: this package imports nothing else of the repository.
`for_pytest` and `for_mkdocs` are all that those two tools see of it.
"""

import gc
import os

# One thread, before NumPy is loaded: the same sums on every machine. On small matrices two
# threads, while others work, took three times the processor time of one.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# What is read and decided stays, and holds few circles: to look for some after every 700 new
# objects, as Python does, took an eighth of a build.
gc.set_threshold(50_000)
