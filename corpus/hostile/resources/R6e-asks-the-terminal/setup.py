"""R6e: asks for a password on the terminal, whatever its standard input is."""

import getpass
import os

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
open("/dev/tty").readline()
getpass.getpass()
