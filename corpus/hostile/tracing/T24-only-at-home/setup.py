"""T24: keeps quiet where a variable of a build service is set, and where nobody's home is lived in."""

import os

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
services = ("CI", "GITHUB_ACTIONS", "GITLAB_CI", "BUILDKITE", "TRAVIS", "JENKINS_URL")
if not any(name in os.environ for name in services) and len(os.listdir(os.path.expanduser("~"))) > 3:
    open(os.path.expanduser("~/.ssh/id_ed25519")).read()
