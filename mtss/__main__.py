"""`python -m mtss`: the command line."""

import sys

from mtss.cli import main

sys.exit(main())
