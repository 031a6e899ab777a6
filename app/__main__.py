"""Starts the application: ``lapel [FOLDER]``."""

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run Lapel. Returns the exit status: 0 closed by the user, 2 bad arguments or no display."""
    from app.services.cores import one_thread_a_product
    from mtss.quiet import silence_codecs

    one_thread_a_product()
    silence_codecs()
    from app.ui.start import start

    return start(list(sys.argv[1:] if arguments is None else arguments))


if __name__ == "__main__":
    raise SystemExit(main())
