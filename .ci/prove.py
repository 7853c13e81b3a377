"""`make prove`: every test at the full counts of the issues, on both databases; `docs/proofs/` tells what was found.

Tests read PROOF: `full` means the counts that a release is called done by, anything else the reduced ones.
"""

import os
import platform
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[1]

OPTIONS = ("--databases=both", "-o", "timeout=3600", "-o", "junit_family=xunit1")
"""Some promises go through the engine on PostgreSQL only. The newer family of reports has no place for the figures that
a test records; pytest warns, and warnings fail."""


def main() -> None:
    """Run, report, and end as pytest did."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", f"--junitxml={report}", *OPTIONS],
            cwd=ROOT,
            env=os.environ | {"PROOF": "full"},
        )
        if not report.exists():
            sys.exit(done.returncode or 1)
        page = written(ElementTree.parse(report).getroot(), minutes=(time.monotonic() - began) / 60)  # noqa: S314 - ours
    proofs = ROOT / "docs" / "proofs"
    proofs.mkdir(parents=True, exist_ok=True)
    (proofs / f"{date.today():%Y-%m-%d}.md").write_text(page)  # noqa: DTZ011 - the day on the wall of who runs it
    sys.exit(done.returncode)


def written(report: ElementTree.Element, *, minutes: float) -> str:
    """The page: the machine, the totals, and each test with its outcome, its seconds and the figures it recorded."""
    cases = list(report.iter("testcase"))
    failed = [case for case in cases if case.find("failure") is not None or case.find("error") is not None]
    skipped = [case for case in cases if case.find("skipped") is not None]
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True)
    lines = [
        f"# Proof of {date.today():%d %B %Y}",  # noqa: DTZ011 - as above
        "",
        f"Commit {commit.stdout.strip()}, Python {platform.python_version()} on {platform.system()} "
        f"{platform.machine()} with {os.cpu_count()} cores, {minutes:.0f} minutes: {len(cases)} tests, "
        f"{len(failed)} failed, {len(skipped)} skipped.",
        "",
        "| test | outcome | seconds | figures |",
        "|---|---|---|---|",
    ]
    outcome = {id(case): "**failed**" for case in failed} | {id(case): "skipped" for case in skipped}
    for case in cases:
        figures = "; ".join(f"{found.get('name')} {found.get('value')}" for found in case.iter("property"))
        room = (case.get("classname") or "").removeprefix("tests.")
        name = f"{room}: {(case.get('name') or '').removeprefix('test_').replace('_', ' ')}".replace("|", "\\|")
        lines.append(f"| {name} | {outcome.get(id(case), 'passed')} | {float(case.get('time') or 0):.1f} | {figures} |")
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    main()
