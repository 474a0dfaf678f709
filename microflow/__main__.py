"""``python -m microflow`` is ``mflowc``."""

from microflow.cli import main

main()
