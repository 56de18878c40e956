/* Into the static binary only (build.rs). glibc finds names by the modules that /etc/nsswitch.conf lists, which a
 * static binary would load from the machine it runs on, of another glibc, and may crash with. `files` and `dns` are
 * inside it: /etc/hosts, then the servers, search domains and options of /etc/resolv.conf. */
#include <nss.h>

__attribute__((constructor)) static void find_names_without_modules(void)
{
    __nss_configure_lookup("hosts", "files dns");
}
