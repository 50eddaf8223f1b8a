"""Score a simulated base: cost against a plain scan, memory, and equality between engines.

Run: python benchmarks/scoring.py [--rows 10000000] [--work FOLDER] [--engines duckdb,spark]

Every timing is the least of two runs in a process of its own (of one from 50 million rows on);
core-seconds count user and system time, because others may use the machine. PySpark (Java 17) and
chdb are optional.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

from csi.dissatisfied.model import fit_dissatisfaction
from csi.dissatisfied.table_model import TableModel, read_model
from csi.inference import make_design
from csi.simulate.subscriber_survey import draw_survey
from csi.simulate.subscribers import AS_OF, Mechanisms, SubscriberBase, simulate_subscribers
from csi.warehouse.engine import DuckDBEngine, SparkEngine, connect_duckdb
from csi.warehouse.scoring import score_customers
from csi.warehouse.sql import ScoringOptions, scoring_sql

NOT_INDICATORS = ("id", "region", "area", "region_size", "design_weight", "responded", "reason")
CHECKS = (
    "COUNT(*)",
    "SUM(CAST(points AS BIGINT))",
    "SUM(CAST(points AS BIGINT) * (bucket + 1))",
    "SUM(CAST(tier AS BIGINT) * (bucket % 97))",
    "SUM(CAST(bucket AS BIGINT))",
    "SUM(CAST(reason_1 AS BIGINT) * 10000 + reason_2 * 100 + reason_3)",
    "SUM(CAST(effect_1 AS BIGINT) * 7 + effect_2 * 3 + effect_3)",
)


def main() -> None:
    arguments = parse()
    if arguments.step:
        print(json.dumps(STEPS[arguments.step](arguments)))
        return
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(arguments.work or temporary)
        sizes = [n for n in map(int, arguments.sizes.split(",")) if n <= arguments.rows]
        for n in sizes or [arguments.rows]:
            prepare(work, n)
            cost(arguments, work, n)
        if arguments.engines:
            compare_engines(arguments, work, (sizes or [arguments.rows])[0])


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--work", default="")
    parser.add_argument("--engines", default="duckdb,duckdb-own,spark,clickhouse")
    parser.add_argument("--step", default="", help=argparse.SUPPRESS)
    parser.add_argument("--base", default="", help=argparse.SUPPRESS)
    parser.add_argument("--learner", default="scorecard", help=argparse.SUPPRESS)
    parser.add_argument("--memory", type=int, default=1024, help=argparse.SUPPRESS)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=2, help=argparse.SUPPRESS)
    parser.add_argument("--sizes", default="1000000,10000000,50000000")
    parser.add_argument("--learners", default="scorecard,tan")
    return parser.parse_args()


def prepare(work: Path, n: int) -> Path:
    """Make the base and, from the first one, the models."""
    folder = work / f"base-{n}"
    if not (folder / "manifest.json").exists():
        simulate_subscribers(folder, n, seed=1)
    if not (work / "scorecard.json").exists():
        base = SubscriberBase(folder=folder, n=n, seed=1, as_of=AS_OF, mechanisms=Mechanisms())
        survey = draw_survey(base, 40_000, seed=3)
        survey = survey[survey["responded"]].reset_index(drop=True)
        names = [
            name
            for name in survey.columns
            if name not in NOT_INDICATORS
            and not name.startswith(("true_", "satisfaction", "interview", "synthetic"))
        ]
        fit = fit_dissatisfaction(
            make_design(survey, weights="design_weight", strata="region"),
            "satisfaction",
            names,
            observed=AS_OF,
            interviewed="interview_date",
            seed=1,
            folds=2,
            yardstick=False,
        )
        for learner, model in fit.models.items():
            (work / f"{learner}.json").write_text(model.to_json(), encoding="utf-8")
    return folder


def cost(arguments: argparse.Namespace, work: Path, n: int) -> None:
    print(f"\n{n:,} rows, {arguments.threads} threads, DuckDB {version('duckdb')}")
    print(f"{'':30s} core-s  wall-s   x scan   peak MB")
    for learner in arguments.learners.split(","):
        scan = 0.0
        for step in ("scan", "aggregate", "write", "write_reasons", "run"):
            limits = (1024, 512) if step in ("write_reasons", "run") else (1024,)
            for memory in limits:
                found = in_process(arguments, work, n, step, learner, memory)
                scan = scan or found["core"]
                name = f"{learner} {step}" + (f" ({memory} MB)" if len(limits) > 1 else "")
                print(
                    f"{name:30s} {found['core']:6.2f}  {found['wall']:6.2f}   "
                    f"{found['core'] / scan:6.2f}  {found['peak']:8.0f}",
                    flush=True,
                )


def in_process(
    arguments: argparse.Namespace, work: Path, n: int, step: str, learner: str, memory: int
) -> dict[str, float]:
    words = ["--step", step, "--base", str(work / f"base-{n}"), "--work", str(work)]
    words += ["--learner", learner, "--memory", str(memory), "--threads", str(arguments.threads)]
    words += ["--repeats", "1" if n >= 50_000_000 else "2"]
    done = subprocess.run(
        [sys.executable, __file__, *words], capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def measured(work, repeats: int) -> dict[str, float]:
    cores, walls = [], []
    for _ in range(repeats):
        before, start = os.times(), time.perf_counter()
        work()
        after = os.times()
        cores.append(after.user + after.system - before.user - before.system)
        walls.append(time.perf_counter() - start)
    return {"core": min(cores), "wall": min(walls), "peak": peak_memory()}


def peak_memory() -> float:
    """Return this process's largest resident set in MB; getrusage would show the parent's too."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def model_of(arguments: argparse.Namespace) -> TableModel:
    return read_model((Path(arguments.work) / f"{arguments.learner}.json").read_text("utf-8"))


def query(arguments: argparse.Namespace, reasons: int) -> str:
    source = f"read_parquet('{arguments.base}/base/*.parquet')"
    options = ScoringOptions(key="id", as_of=AS_OF, reasons=reasons)
    return scoring_sql(model_of(arguments), source, options, dialect="duckdb")


def connection(arguments: argparse.Namespace):
    return connect_duckdb(arguments.memory, arguments.threads)


def scan(arguments: argparse.Namespace) -> dict[str, float]:
    con, names = connection(arguments), ["id", *model_of(arguments).bins]
    columns = ", ".join(f"MIN({name})" for name in names)
    # without a condition the least values would be taken from the files' footers
    sql = f"SELECT {columns} FROM read_parquet('{arguments.base}/base/*.parquet') WHERE id <> 7"
    return measured(lambda: con.execute(sql).fetchall(), arguments.repeats)


def aggregate(arguments: argparse.Namespace) -> dict[str, float]:
    con = connection(arguments)
    columns = "SUM(points), SUM(probability), SUM(tier), SUM(bucket)"
    sql = f"SELECT {columns} FROM ({query(arguments, 0)}) AS t"
    return measured(lambda: con.execute(sql).fetchall(), arguments.repeats)


def write(arguments: argparse.Namespace, reasons: int = 0) -> dict[str, float]:
    engine = DuckDBEngine(memory_mb=arguments.memory, threads=arguments.threads)
    sql = query(arguments, reasons)
    with tempfile.TemporaryDirectory(dir=arguments.work) as folder:
        path = Path(folder) / "scores.parquet"
        return measured(lambda: engine.write(sql, path), arguments.repeats)


def write_reasons(arguments: argparse.Namespace) -> dict[str, float]:
    return write(arguments, 3)


def run(arguments: argparse.Namespace) -> dict[str, float]:
    """The whole of `score_customers`: canary, parts, counts, record."""
    engine = DuckDBEngine(memory_mb=arguments.memory, threads=arguments.threads)
    model, table = model_of(arguments), f"{arguments.base}/base/*.parquet"
    with tempfile.TemporaryDirectory(dir=arguments.work) as folder:
        return measured(
            lambda: score_customers(model, table, folder, as_of=AS_OF, engine=engine, resume=False),
            arguments.repeats,
        )


STEPS = {
    "scan": scan,
    "aggregate": aggregate,
    "write": write,
    "write_reasons": write_reasons,
    "run": run,
}


def compare_engines(arguments: argparse.Namespace, work: Path, n: int) -> None:
    """Print checksums from every engine: of one ANSI text, and of the text for DuckDB only."""
    wanted = arguments.engines.split(",")
    folder = work / f"base-{n}" / "base"
    print(f"\nchecksums over {n:,} rows")
    for learner in arguments.learners.split(","):
        model = read_model((work / f"{learner}.json").read_text("utf-8"))
        options = ScoringOptions(key="id", as_of=AS_OF)
        sql = scoring_sql(model, "subscribers", options)
        selected = ", ".join(f"{c} AS s{k}" for k, c in enumerate(CHECKS))
        sums = {}
        for name in wanted:
            start = time.perf_counter()
            try:
                text = sql
                if name == "duckdb-own":
                    text = scoring_sql(model, "subscribers", options, dialect="duckdb")
                sums[name] = ENGINES[name](f"SELECT {selected} FROM ({text}) AS t", folder)
            except ImportError as error:
                print(f"{learner:10s} {name:11s} not installed: {error}")
                continue
            seconds = time.perf_counter() - start
            print(f"{learner:10s} {name:11s} {seconds:7.1f} s  {sums[name]}", flush=True)
        equal = len(set(sums.values())) == 1
        print(f"{learner:10s} {'EQUAL' if equal else 'DIFFERENT'} on {', '.join(sums)}")
        assert equal
        advice = SparkEngine(None).advice(sql)
        print(f"{learner:10s} {len(sql):,} characters of SQL. {advice}")


def on_duckdb(sql: str, folder: Path) -> tuple[int, ...]:
    con = connect_duckdb(1024)
    con.execute(f"CREATE VIEW subscribers AS SELECT * FROM read_parquet('{folder}/*.parquet')")
    return tuple(int(v) for v in con.execute(sql).fetchone())


def on_spark(sql: str, folder: Path) -> tuple[int, ...]:
    from pyspark.sql import SparkSession

    flag = "-XX:-DontCompileHugeMethods"
    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.driver.memory", "4g")
        .config("spark.driver.extraJavaOptions", flag)
        .config("spark.ui.enabled", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    session.read.parquet(str(folder)).createOrReplaceTempView("subscribers")
    found = SparkEngine(session).fetch(sql)
    return tuple(int(v) for v in found.iloc[0])


def on_clickhouse(sql: str, folder: Path) -> tuple[int, ...]:
    import chdb

    view = f"file('{folder}/*.parquet', Parquet)"
    text = chdb.query(sql.replace("FROM subscribers AS", f"FROM {view} AS"), "CSV")
    return tuple(int(v) for v in str(text).strip().split(","))


ENGINES = {
    "duckdb": on_duckdb,
    "duckdb-own": on_duckdb,
    "spark": on_spark,
    "clickhouse": on_clickhouse,
}


if __name__ == "__main__":
    main()
