import os

os.path.exists("/import-has-terminal" if os.isatty(1) else "/import-has-none")
