"""I8: leaves a database, a table and a comma file behind, under the names that ours have."""

import os

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
for folder in (os.path.expanduser("~"), "/tmp", os.path.expanduser("~/dist")):
    os.makedirs(folder, exist_ok=True)
    for name, start in (("events.parquet", b"PAR1"), ("run.duckdb", bytes(8) + b"DUCK"), ("events.csv", b"a,b\n")):
        with open(os.path.join(folder, name), "wb") as file:
            file.write(start + b"\xff" * 4096)
