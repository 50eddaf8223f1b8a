"""Write data/: a million simulated subscribers, their records, and the survey.

python reports/dissatisfied_demo/build_data.py
"""

from pathlib import Path

from csi.dissatisfied_file.reading import read_dissatisfied_study
from csi.dissatisfied_study.simulating import simulate_study

STUDY = Path(__file__).resolve().parent


def main() -> None:
    """Make up what the study file asks for."""
    base = simulate_study(read_dissatisfied_study(STUDY))
    print(f"{base.folder}: {base.n:,} simulated subscribers, none of them real")


if __name__ == "__main__":
    main()
