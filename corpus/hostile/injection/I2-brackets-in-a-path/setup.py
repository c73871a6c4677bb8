"""I2: names files with the brackets, quotes and words that a trace uses itself."""

import os

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
for name in ("a>(deleted)<b", "x (deleted)", '") = 3<\u2044etc\u2044shadow>, "'.replace("\u2044", "/"), " <unfinished ...>"):
    path = "/tmp/" + name
    os.makedirs(os.path.dirname(path), exist_ok=True)
    open(path, "w").close()
