"""The release site: pages that show a release to people, made from the release alone.

    edition     what a site is made of: a release's files and tables, and what earlier releases said
    overview, trends, evidence, revisions, reference     what each page says, as plain values
    charts      drawings that need no script
    explorer    the file that map and table read, and the tables that the browser's database holds
    build       templates and assets into a folder
    serve       the same pages over HTTP, for a person at this computer

What belongs here: everything that a page shows, its templates, its assets (ours in assets/, others' in vendor/). What
does not: numbers of its own, every one is a released table's; and any request to another computer.
"""

from pipeline.site.build import build_site
from pipeline.site.edition import Edition, read_edition, read_published
from pipeline.site.serve import serve_release

__all__ = ["Edition", "build_site", "read_edition", "read_published", "serve_release"]
