"""Measures all rows, those of some topics, or some rows by name."""

import sys

from benchmarks.registry import Row, topics


def main(wanted: list[str]) -> int:
    """Print the table as it grows; return 1 if a row misses what it must reach."""
    known = topics()
    rows = {name: row for topic in known.values() for name, row in topic.items()}
    if "--list" in wanted:
        for topic, members in known.items():
            print(f"{topic}: {', '.join(members)}")
        return 0
    wrong = [name for name in wanted if name not in rows and name not in known]
    if wrong:
        print(f"benchmarks: no topic or row {', '.join(wrong)}; --list shows all", file=sys.stderr)
        return 2
    chosen = _chosen(wanted, known, rows)
    print("| row | path | must reach | measured | |\n| --- | --- | --- | --- | --- |")
    missed, more = 0, []
    for name, row in chosen.items():
        measured = row.measure()
        missed += not measured.reached
        verdict = "reached" if measured.reached else "MISSED"
        detail = f"; {measured.detail}" if measured.detail else ""
        print(f"| {name} | {row.path} | {row.must} | {measured.value} | {verdict}{detail} |", flush=True)
        more += [f"\n{name}\n\n{measured.more}"] if measured.more else []
    print("\n".join(more), end="\n" if more else "")
    return 1 if missed else 0


def _chosen(wanted: list[str], known: dict[str, dict[str, Row]], rows: dict[str, Row]) -> dict[str, Row]:
    if not wanted:
        return rows
    chosen: dict[str, Row] = {}
    for name in wanted:
        chosen.update(known[name] if name in known else {name: rows[name]})
    return chosen


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
