"""I10: a summary, an author, addresses and a module that are markup: for whoever shows them as a page."""

import os

from setuptools import setup

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
setup(
    name="markup",
    version="1.0",
    author="<img src=x onerror=alert(1)>",
    description="</script><script>alert(1)</script> ]]> <!-- \u202e",
    url="javascript:alert(1)",
    py_modules=["markup"],
)
