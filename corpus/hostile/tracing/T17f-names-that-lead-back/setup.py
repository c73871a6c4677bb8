"""T17f: takes a key by names that lead back out of links and of /proc, and from a folder whose link is gone; puts it back."""

import os

if not os.path.isdir("/usr/lib/probes"):
    raise SystemExit("only in a machine that is thrown away")
home = os.path.expanduser("~")
os.makedirs(f"{home}/d", exist_ok=True)
os.symlink(f"{home}/d", "/tmp/out")
os.link("/tmp/out/../.ssh/id_ed25519", f"{home}/k1")
os.remove(f"{home}/k1")
os.symlink(f"{home}/.ssh/id_ed25519", "/tmp/key")
os.link("/tmp/key", f"{home}/k2", src_dir_fd=os.open("/", os.O_PATH), follow_symlinks=True)
os.remove(f"{home}/k2")
os.symlink(f"{home}/.ssh", "/tmp/in")
os.chdir("/tmp/in")
os.remove("/tmp/in")
os.mkdir("/tmp/in")
os.rename("id_ed25519", "../k3")
os.rename("../k3", "id_ed25519")
os.chdir(f"{home}/d")
os.rename("/proc/self/cwd/../.ssh/id_ed25519", f"{home}/k4")
os.rename(f"{home}/k4", "/proc/self/cwd/../.ssh/id_ed25519")
