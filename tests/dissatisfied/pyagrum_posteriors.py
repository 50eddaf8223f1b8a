"""Posterior of a network's outcome for all evidence, by pyAgrum's exact inference.

Run as a script, because the package cannot be imported where warnings are errors: it reads
``{"sizes", "prior", "parents", "tables"}`` from the file named and prints a list.
"""

from __future__ import annotations

import json
import sys
from itertools import product
from pathlib import Path

import pyagrum as gum


def main() -> None:
    given = json.loads(Path(sys.argv[1]).read_text())
    sizes, parents = given["sizes"], given["parents"]
    net = gum.BayesNet()
    net.add(gum.RangeVariable("y", "y", 0, 1))
    for name, size in sizes.items():
        net.add(gum.RangeVariable(name, name, 0, size - 1))
    net.cpt("y").fillWith(given["prior"])
    for name, parent in parents.items():
        net.addArc("y", name)
        if parent:
            net.addArc(parent, name)
    for name, cells in given["tables"].items():
        for cell in cells:
            net.cpt(name)[cell["given"]] = cell["shares"]
    engine = gum.LazyPropagation(net)
    posteriors = []
    for codes in product(*(range(size) for size in sizes.values())):
        engine.setEvidence(dict(zip(sizes, codes, strict=True)))
        engine.makeInference()
        posteriors.append(engine.posterior("y")[1])
    sys.stdout.write(json.dumps(posteriors))


main()
