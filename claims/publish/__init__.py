"""How a checked page becomes a page of the site.

    checked     a page made ready once, many of them side by side, each by a `worker`
    published   the Markdown that the site is made from, and its figures put in place
    katex       formulas typeset while the site is built, by `typeset` in one `node` process
    shown       the Python that a page shows must be the Python that was run
    gathered    what chapters teach, on the pages that collect it: `errata`, and a `table`
    link        every address in the built site, followed
    style       the one style sheet, with each `font` `cut` to the `character`s the pages use
    edition     the book on one page, for `paper`: a PDF with its page numbers
    archive     the site in one zip, which works from a folder with the network off
    plain       each page as Markdown for programs, by `description` in llms.txt
    search      a page as the index should read it
    unchanged   what need not be rendered and indexed again; a `template` is compiled once
    looked      each built page, looked through by a worker while the next is built

What renders is a Markdown extension or a plain function: another site generator
would need another `for_mkdocs`, and nothing else.
"""
