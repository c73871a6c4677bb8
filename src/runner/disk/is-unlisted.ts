/** Whether a path lies where the tree is not looked at: views of the kernel, and what every boot makes anew. */
export function isUnlisted(path: string): boolean {
  return /^\/(?:proc|sys|run|dev(?!\/shm(?:\/|$)))(?:\/|$)/.test(path);
}
