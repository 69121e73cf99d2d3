"""``python -m core.cli``: the same as ``kramers``, installed or not."""

from core.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
