import { straceProgram } from '../image/image.ts';

/** One option of the tracer and the first version that has it, major * 1000 + minor. */
export interface TracerOption {
  readonly text: string;
  readonly since: number;
}

/** How commands are traced when not as usual: benches compare, nothing else has one. */
export interface Tracing {
  readonly program: readonly string[];
  readonly options: readonly TracerOption[];
  readonly withoutSensor: boolean;
}

/**
 * The calls that are traced: all that can change or reveal something outside of the process. Each is named, none by a
 * class of strace's: the second sensor's counts are held against these. What the parser knows and is not traced stands
 * in `untracedCalls`; what nobody needs to know at all (clocks, futexes, polling, waiting, positioning) stands nowhere.
 */
const tracedCalls = [
  'clone,clone2,clone3,fork,vfork,execve,execveat,exit,exit_group',
  'kill,tkill,tgkill,rt_sigqueueinfo,rt_tgsigqueueinfo',
  'socket,socketpair,bind,connect,listen,accept,accept4,shutdown,setsockopt',
  'sendto,sendmsg,sendmmsg,recvfrom,recvmsg,recvmmsg',
  'setuid,setgid,setreuid,setregid,setresuid,setresgid,setfsuid,setfsgid,setgroups,capset',
  'open,openat,openat2,creat,access,faccessat,faccessat2,name_to_handle_at,open_by_handle_at',
  'unlink,unlinkat,rmdir,rename,renameat,renameat2,link,linkat,symlink,symlinkat,readlinkat',
  'mkdir,mkdirat,mknod,mknodat,truncate,ftruncate,fallocate,utime,utimes,utimensat,futimesat',
  'chmod,fchmod,fchmodat,fchmodat2,chown,fchown,lchown,fchownat,chdir,fchdir,chroot,pivot_root',
  'setxattr,lsetxattr,fsetxattr,removexattr,lremovexattr,fremovexattr',
  'mount,umount2,open_tree,move_mount,fsopen,fsconfig,fsmount,fspick,mount_setattr,swapon,acct',
  'write,writev,pwrite64,pwritev,pwritev2,sendfile,copy_file_range,splice,tee,vmsplice',
  'dup,dup2,dup3,fcntl,pipe,pipe2',
  'memfd_create,memfd_secret,mq_open,pidfd_open,pidfd_getfd,pidfd_send_signal,quotactl,quotactl_fd',
  'io_uring_setup,io_uring_enter,io_uring_register,seccomp,bpf,ptrace,perf_event_open,userfaultfd',
  'process_vm_readv,process_vm_writev,process_madvise,process_mrelease,kcmp,prctl,unshare,setns',
  'setsid,setpgid,personality,setrlimit,prlimit64,init_module,finit_module,delete_module,kexec_load',
  'reboot,kexec_file_load,iopl,ioperm,settimeofday,clock_settime,clock_adjtime,adjtimex,sethostname,syslog',
  'setdomainname,io_setup,io_submit,modify_ldt,swapoff',
  'add_key,request_key,keyctl,fanotify_init,fanotify_mark,inotify_add_watch,landlock_restrict_self',
]
  .join(',')
  .split(',');

/**
 * Calls that the parser knows, from traces recorded elsewhere, and our guests do not trace: for speed
 * (docs/decisions/0002 and 0005), or since a guest has no such call.
 */
export const untracedCalls = {
  'asking changes nothing, and is most of what is done':
    'stat,stat64,oldstat,lstat,lstat64,oldlstat,fstat,fstat64,oldfstat,newfstatat,fstatat64,statx,statfs,statfs64,fstatfs,fstatfs64,readlink,getcwd',
  'reading what is open: opening it is traced': 'read,readv,pread,pread64,preadv,preadv2,getdents,getdents64',
  'memory of its own; the file behind it was opened': 'mmap,mmap2,old_mmap,mprotect,pkey_mprotect',
  'closing: each line names the paths of its descriptors': 'close,close_range',
  'a descriptor that reaches nothing by itself; what is asked of it is traced':
    'epoll_create,epoll_create1,eventfd,eventfd2,signalfd,signalfd4,timerfd_create,inotify_init,inotify_init1,landlock_create_ruleset',
  'newer than what the guard lets happen': 'setxattrat,removexattrat,open_tree_attr,file_setattr',
  'of other tables than those of 64-bit guests, which the guard traps':
    'chown32,lchown32,fchown32,truncate64,ftruncate64,umount,pwrite,sendfile64,send,recv,recvmmsg_time64,fcntl64,uselib,setuid32,setgid32,setreuid32,setregid32,setresuid32,setresgid32,setfsuid32,setfsgid32,setgroups32',
} as const satisfies Readonly<Record<string, string>>;

/**
 * Refused by the tracer, as on a kernel that does not have them: io_uring works past any tracer, and the flags of
 * clone3 are in memory, where the guard cannot look. Refused so, the attempt is in the trace, and without a tracer it
 * fails as well. The C library goes on with clone. What stands in memory of memfd_secret no tracer can read, and the
 * kernel does: a call's arguments were hidden there.
 */
const refusedCalls = 'clone3,io_uring_setup,?memfd_secret';

/** How strace is called in every guest (evidence.md C.1 says since when there is what). */
export const straceOptions: readonly TracerOption[] = [
  { text: '-f', since: 0 },
  { text: '--seccomp-bpf', since: 5003 },
  { text: '--kill-on-exit', since: 6006 },
  { text: '--always-show-pid', since: 6009 },
  // Attaching is no news; how a process ended is, `killed by SIGSYS` above all.
  { text: '-q', since: 0 },
  { text: '-yy', since: 0 },
  { text: '--decode-pids=pidns', since: 5009 },
  { text: '--string-limit=4096', since: 5006 },
  { text: '--absolute-timestamps=format:unix,precision:ns', since: 5006 },
  { text: '--syscall-times=ns', since: 5006 },
  { text: '--signal=all', since: 0 },
  // `?` lets a tracer that does not know a name go on without it.
  { text: `--trace=${tracedCalls.map(name => `?${name}`).join(',')}`, since: 0 },
  { text: `--inject=${refusedCalls}:error=ENOSYS`, since: 5003 },
];

/** How every command is traced that no bench compares. */
export const usualTracing: Tracing = { program: straceProgram, options: straceOptions, withoutSensor: false };
