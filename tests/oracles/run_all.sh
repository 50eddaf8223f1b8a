#!/bin/sh
# Recomputes every oracle. Needs R with lavaan, survey, semTools, psych (Debian: r-cran-lavaan r-cran-survey
# r-cran-semtools r-cran-psych) and the test data: first argument, else CSI_DATA, else ../shared/data beside the project.
# One BLAS thread: sums in a fixed order, so the same bytes every time.
set -eu
cd "$(dirname "$0")"
[ $# -eq 0 ] || CSI_DATA=$(cd "$1" && pwd)
export CSI_DATA="${CSI_DATA:-}" OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 LC_ALL=C.UTF-8
Rscript simulated.R
for script in *.R; do
    case $script in common.R | simulated.R) ;; *) Rscript "$script" ;; esac
done
