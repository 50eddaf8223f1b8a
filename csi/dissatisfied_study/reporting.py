"""From the files of the steps to the reports."""

from __future__ import annotations

from csi.dissatisfied_schema import DissatisfiedStudy
from csi.dissatisfied_study.columns import describe_columns
from csi.dissatisfied_study.store import Store
from csi.errors import StudyError
from csi.report.dissatisfied.results import DissatisfiedResults
from csi.report.dissatisfied.writing import write_dissatisfied_report
from csi.storage import record_provenance, write_provenance, write_table
from csi.warehouse.scoring import MANIFEST, read_run


def read_results(study: DissatisfiedStudy, store: Store) -> DissatisfiedResults:
    """Read everything that the steps have written so far."""
    model = store.model() if (store.folder / "model.json").is_file() else None
    manifest = read_run(store.scores).manifest if (store.scores / MANIFEST).is_file() else {}
    if model is not None and manifest and manifest["model_sha256"] != model.sha256():
        raise StudyError(
            f"{store.scores}: these scores come from another model than model.json. Run "
            "`csi dissatisfied score` again, and the steps after it."
        )
    files = [study.folder / study.source, study.survey.file]
    if study.actions is not None:
        files.append(study.actions.rules)
    if study.follow_up is not None:
        files.append(study.follow_up.file)
    return DissatisfiedResults(
        study=study,
        model=model,
        tables=store.tables(),
        facts=store.facts(),
        manifest=manifest,
        provenance=record_provenance(file for file in files if file.is_file()),
    )


def report_study(study: DissatisfiedStudy, store: Store) -> list[str]:
    """Write one PDF per language and a workbook; return their names."""
    results = read_results(study, store)
    names = [f"report_{language}.pdf" for language in study.languages]
    for language, name in zip(study.languages, names, strict=True):
        write_dissatisfied_report(results, store.folder / name, language=language)
    write_dissatisfied_report(results, store.folder / "tables.xlsx", language=study.languages[0])
    write_table(describe_columns(dict(results.tables)), store.folder / "columns.csv")
    write_provenance(results.provenance, store.folder / "provenance.json")
    return [*names, "tables.xlsx"]
