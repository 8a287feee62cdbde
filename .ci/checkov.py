"""Counts what Checkov found, and lists what no waiver explains. See .ci/checkov."""

import fnmatch
import json
import pathlib
import sys


def read_waivers(path):
    """A waiver is a line: checks, resources as PLAN:ADDRESS patterns, both with commas between, and the reason."""
    waivers = []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        parts = line.split(None, 2)
        if len(parts) < 3:
            sys.exit(f"{path}:{number}: want CHECKS RESOURCES REASON")
        waivers.append({"line": number, "checks": parts[0].split(","), "patterns": parts[1].split(","), "used": 0})
    return waivers


def waiver_of(waivers, check, resource):
    for waiver in waivers:
        if check in waiver["checks"] and any(fnmatch.fnmatchcase(resource, p) for p in waiver["patterns"]):
            waiver["used"] += 1
            return waiver
    return None


def main(waivers_file, *result_files):
    waivers = read_waivers(pathlib.Path(waivers_file))
    print(f"{'plan':<14}{'resources':>10}{'passed':>8}{'failed':>8}{'waived':>8}{'left':>6}")
    total = [0] * 5
    unexplained = []
    for name in sorted(result_files):
        plan = pathlib.Path(name).stem
        result = json.loads(pathlib.Path(name).read_text())
        if "results" not in result or result["summary"]["resource_count"] == 0:
            sys.exit(f"{plan}: Checkov read no resources")
        if result["summary"]["parsing_errors"]:
            sys.exit(f"{plan}: Checkov cannot read the plan")
        failed = result["results"]["failed_checks"]
        left = [
            (plan, f["check_id"], f["resource"], f["check_name"])
            for f in failed
            if not waiver_of(waivers, f["check_id"], f"{plan}:{f['resource']}")
        ]
        row = [result["summary"]["resource_count"], result["summary"]["passed"], len(failed), len(failed) - len(left), len(left)]
        print(f"{plan:<14}{row[0]:>10}{row[1]:>8}{row[2]:>8}{row[3]:>8}{row[4]:>6}")
        total = [a + b for a, b in zip(total, row)]
        unexplained += left
    print(f"{'all':<14}{total[0]:>10}{total[1]:>8}{total[2]:>8}{total[3]:>8}{total[4]:>6}")
    # A waiver that waives nothing any more goes; that can be told when all plans are there that waivers name.
    named = {p.partition(":")[0] for waiver in waivers for p in waiver["patterns"]}
    complete = {n for n in named if "*" not in n} <= {pathlib.Path(name).stem for name in result_files}
    unused = [waiver for waiver in waivers if complete and not waiver["used"]]
    for waiver in unused:
        print(f"{waivers_file}:{waiver['line']}: the waiver of {', '.join(waiver['checks'])} waives nothing: delete it", file=sys.stderr)
    for plan, check, resource, title in unexplained:
        print(f"{plan}: {check}: {resource}: {title}", file=sys.stderr)
    if unexplained:
        sys.exit("Mend the component, or say in checkov.waivers why not.")
    if unused:
        sys.exit(1)


main(*sys.argv[1:])
