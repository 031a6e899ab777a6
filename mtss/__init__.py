"""The method (see README.md), usable without the application.

Nothing leaves the machine: onnxruntime's published builds, from 1.29 on, report models and machine to their
maker, unless they are told otherwise before they load.
"""

import os

os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
