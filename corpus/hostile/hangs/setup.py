"""Never answers. The task that waits for it is timed out, nothing of it lives on, and the run ends."""

import time

while True:
    time.sleep(60)
