/** The largest package that is taken: far above PyPI's default limit of 100 MB a file. */
export const maxPackageBytes = 512 * 1024 * 1024;
/** More entries than any source tree we know; a folder given by mistake (a home, a disk) stops here. */
export const maxFolderEntries = 50_000;
/** The most files a folder shown as an index may hold. */
export const maxIndexFiles = 20_000;
/** The largest index page that is read from upstream: a project with 20 000 files has 12 MB. */
export const maxIndexPageBytes = 64 * 1024 * 1024;
/** As often an upstream may say that something is elsewhere. */
export const maxRedirects = 5;
/** Project pages of an upstream that are remembered: more than one package's dependencies ever are. */
export const rememberedPages = { pages: 200, bytes: 2 * maxIndexPageBytes } as const;
