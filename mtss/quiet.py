"""What entry points set once for the whole process."""

import warnings


def silence_codecs() -> None:
    """No Python warnings about metadata that Pillow repairs: the picture is what counts.

    Filters set around each decode instead would not be safe among threads.
    """
    warnings.filterwarnings("ignore", module=r"PIL\.")
