# A process namespace inside the traced tree: `unshare --pid --fork sh namespace.sh`
/bin/true &
wait
exec /bin/true
