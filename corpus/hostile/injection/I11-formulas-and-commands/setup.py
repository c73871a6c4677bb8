"""I11: one file for each format that has commands of its own."""

import os

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
names = ("=cmd|'calc'!A1", "+1+1", "-1", "@SUM(1)", "\t=1", "](http:host.invalid)", "|a|b|", "`x`", "::error::x", "##[error]x", "&xxe;", "]]>")
for name in names:
    open("/tmp/" + name, "w").close()
