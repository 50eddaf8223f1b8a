"""``python -m csi`` is ``csi``."""

from csi.cli.main import run

if __name__ == "__main__":
    run()
