"""Articles to claims: who did what to whom, when, where, how many, and who says so.

What belongs here: pure functions of an article's text and the lexicon. What does not: files, the clock, the network
(pipeline.extraction loads seeds and runs this over many articles), or any word of any language (seeds/lexicon).
"""

from pipeline.extract.extractor import Extractor, Language
from pipeline.extract.lexicon import build_lexicon
from pipeline.extract.registry import Registry

__all__ = ["Extractor", "Language", "Registry", "build_lexicon"]
