"""R6c: two threads wait for each other's lock."""

import os
import threading

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
one, other = threading.Lock(), threading.Lock()
barrier = threading.Barrier(2)


def take(first, second):
    with first:
        barrier.wait()
        second.acquire()


threading.Thread(target=take, args=(one, other)).start()
take(other, one)
