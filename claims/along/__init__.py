"""What a reader takes along from a page: its notebook, its script, a block to paste.

beside      the files that lie beside a page, and the line of links that offers them
download    a page's cells as a notebook, and as a percent script
cell        a page as cells; prose, their Markdown: boxes, folds, tabs, links
lacking     what needs a library that may be missing, and how it is left out
pasted      a block with the statements that it needs

alone       a page's code without the snippets: each definition written out once
library     the snippets as definitions, each with all that it needs
statement   one statement: what it binds, changes and settles
scope       which names Python binds, and reads, now or later
"""
