"""Ratios of paired measurements, and where they are kept: bench/results.json, each row with the commit and machine it is from, and docs/benchmarks.md."""
import json
import os
import platform
import statistics
import subprocess
import time

from sides import ENCODERS_PYTHON, OUT, ROOT, THREADS

FEWEST_RUNS = 5  # below, it is a try: rows and table stay in target/bench
KEPT = ROOT / "bench" / "results.json"
TABLE = ROOT / "docs" / "benchmarks.md"


def compared(name, pairs, goal, unit, at_most=False, inverse=False):
    """A row of the table: ours ÷ theirs (or theirs ÷ ours) of each pair (ours, theirs), and of the medians."""
    divided = lambda ours, theirs: theirs / ours if inverse else ours / theirs
    ratios = [divided(*pair) for pair in pairs]
    ours, theirs = (statistics.median(side) for side in zip(*pairs))
    ratio = divided(ours, theirs)
    return {"name": name, "ratio": round(ratio, 4), "minimum": round(min(ratios), 4), "maximum": round(max(ratios), 4),
            "goal": goal, "goal_is": "at most" if at_most else "at least",
            "met": ratio <= goal if at_most else ratio >= goal,
            "ours": round(ours, 4), "peer": round(theirs, 4), "unit": unit, "runs": len(pairs)}


def commit():
    """The last commit of more than documents, with a + when the tree differs from it in more than those."""
    git = lambda *a: subprocess.run(["git", *a, "--", ".", ":!docs"], cwd=ROOT, stdout=subprocess.PIPE, text=True).stdout.strip()
    return git("log", "-1", "--format=%h") + ("+" if git("status", "--porcelain") else "")


def keep(fresh, order, runs):
    """Puts rows in the place of those of the same name; all others stay as they were measured."""
    now, here = commit(), machine()
    for row in fresh:
        row.update(commit=now, machine=here, date=time.strftime("%Y-%m-%d %H:%M"))
    names = {row["name"] for row in fresh}
    rows = [row for row in json.loads(KEPT.read_text()) if row["name"] not in names] + fresh
    rows.sort(key=lambda row: order.index(row["name"]) if row["name"] in order else len(order))
    tried = runs < FEWEST_RUNS
    file, table = (OUT / "results.json", OUT / "benchmarks.md") if tried else (KEPT, TABLE)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n")
    table.write_text(document(rows), encoding="utf-8")


def document(rows):
    lines = ["| what | ratio | least–most | goal | met | ours | peer | unit | runs | commit |", "|---|---|---|---|---|---|---|---|---|---|"]
    for r in rows:
        sign = "≤" if r["goal_is"] == "at most" else "≥"
        lines.append("| {name} | {ratio:.2f} | {minimum:.2f}–{maximum:.2f} | {sign} {goal:g} | {yes} | {ours:,.4g} | {peer:,.4g} | {unit} | {runs} | {commit} |"
                     .format(sign=sign, yes="yes" if r["met"] else "**no**", **r))
    return "\n".join([
        "# Benchmarks", "",
        "Made by `make bench` (never by hand): our side and the Python tools people would otherwise use, on the same machine, the same",
        "rows, the same batches and the same number of threads. Sides alternate; the ratio is that of the medians, least and most are over",
        "the pairs. Training counts only because fp32 losses equal PEFT's within 1e-4 at each step, which is checked first. A row stays until it",
        "is measured again: its commit and machine are below.", "",
        *lines, "", *sources(rows), "", (ROOT / "bench" / "notes.md").read_text().strip(), ""])


def sources(rows):
    """Where the rows of each commit were measured, and when."""
    of = {}
    for row in rows:
        of.setdefault((row["commit"], row["machine"]), []).append(row["date"])
    return [f"- `{commit}`: {where} {min(dates)} to {max(dates)}." for (commit, where), dates in of.items()]


def machine():
    cpu = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), platform.machine())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    java = subprocess.run(["java", "-version"], stderr=subprocess.PIPE, text=True).stderr.splitlines()[0].split('"')[1]
    return (f"{cpu}, {os.cpu_count()} cores, {memory:.0f} GB, {platform.system()} {platform.release()}; {THREADS} threads a side. "
            f"Java {java}; Python {platform.python_version()}, {peers()}.")


def peers():
    from importlib.metadata import version
    listed = "import importlib.metadata as m; print(*(f'{p} {m.version(p)}' for p in ('tokenizers', 'transformers', 'datasets', 'sentencepiece')), sep=', ')"
    encoders = subprocess.run([ENCODERS_PYTHON, "-c", listed], stdout=subprocess.PIPE, text=True).stdout.strip()
    tools = ", ".join(f"{p} {version(p)}" for p in ("torch", "transformers", "peft"))
    return f"{tools}; for tokenizing {encoders}"
