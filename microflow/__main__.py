"""Where the command starts: ``mflowc``, and ``python -m microflow``."""

from __future__ import annotations

import gc
import os


def main() -> None:
    """Runs the command line without a collector of cycles.

    A command lives too short to have much to collect; looking for it takes a tenth of `check`.
    Nothing multiplies matrices either, so numpy need not start a thread for every processor.
    """
    gc.disable()
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from microflow.cli import main as run  # noqa: PLC0415  (what it imports is not looked through)

    run()


if __name__ == "__main__":
    main()
