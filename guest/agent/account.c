/* Accounts, read by hand: a static program must not load name service modules of the guest. */
#include "agent.h"

#include <pwd.h>
#include <stdio.h>
#include <string.h>

int find_account(const char *name, uid_t uid, struct account *found)
{
    FILE *file = fopen("/etc/passwd", "re");
    if (!file) return 0;
    int ok = 0;
    for (struct passwd *entry; !ok && (entry = fgetpwent(file));) {
        if (name ? strcmp(entry->pw_name, name) != 0 : entry->pw_uid != uid) continue;
        ok = 1;
        found->uid = entry->pw_uid;
        found->gid = entry->pw_gid;
        snprintf(found->name, sizeof found->name, "%s", entry->pw_name);
        snprintf(found->home, sizeof found->home, "%s", entry->pw_dir);
    }
    fclose(file);
    return ok;
}
