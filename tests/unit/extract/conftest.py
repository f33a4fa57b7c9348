"""The extractor with all that it knows, loaded once."""

import pytest

from pipeline.extract.extractor import Extractor
from pipeline.extraction import load_extractor


@pytest.fixture(scope="session")
def extractor() -> Extractor:
    """The extractor of the project's own seeds."""
    return load_extractor()
