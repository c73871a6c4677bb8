"""Threads, a child, and at last an execve by a thread that is not the leader."""
import os
import threading
import time

os.access("/begin", os.F_OK)
child = os.fork()
if child == 0:
    os._exit(7)
os.waitpid(child, 0)
sleeper = threading.Thread(target=time.sleep, args=(60,), daemon=True)
sleeper.start()
runner = threading.Thread(target=os.execv, args=("/bin/true", ["true", "by a thread"]))
runner.start()
runner.join()
