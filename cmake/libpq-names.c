/* What libpq asks the name service, answered without it: in a static program the C library's functions would load shared
 * libraries. scripts/static-deps compiles libpq so that it calls these. Addresses are numbers (history_store resolves
 * host names itself, and passes hostaddr), and users have no names or homes but those that the environment tells. */
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

struct numeric_address {
  struct addrinfo info;
  struct sockaddr_storage storage;
};

int libpq_getaddrinfo(const char* node, const char* service, const struct addrinfo* hints, struct addrinfo** result) {
  struct numeric_address* found = calloc(1, sizeof *found);
  struct sockaddr_in* four = (struct sockaddr_in*)&found->storage;
  struct sockaddr_in6* six = (struct sockaddr_in6*)&found->storage;
  const unsigned short port = htons((unsigned short)(service != NULL ? strtoul(service, NULL, 10) : 0));
  *result = NULL;
  if (found == NULL) return EAI_MEMORY;
  if (node != NULL && inet_pton(AF_INET, node, &four->sin_addr) == 1) {
    four->sin_family = AF_INET;
    four->sin_port = port;
    found->info.ai_addrlen = sizeof *four;
  } else if (node != NULL && inet_pton(AF_INET6, node, &six->sin6_addr) == 1) {
    six->sin6_family = AF_INET6;
    six->sin6_port = port;
    found->info.ai_addrlen = sizeof *six;
  } else {
    free(found);
    return EAI_NONAME;
  }
  found->info.ai_family = found->storage.ss_family;
  found->info.ai_socktype = hints != NULL && hints->ai_socktype != 0 ? hints->ai_socktype : SOCK_STREAM;
  found->info.ai_protocol = hints != NULL ? hints->ai_protocol : 0;
  found->info.ai_addr = (struct sockaddr*)&found->storage;
  *result = &found->info;
  return 0;
}

void libpq_freeaddrinfo(struct addrinfo* result) {
  free(result); /* the first member of what was allocated */
}

int libpq_getnameinfo(const struct sockaddr* address, socklen_t size, char* node, socklen_t node_size, char* service,
                      socklen_t service_size, int flags) {
  const struct sockaddr_in* four = (const struct sockaddr_in*)address;
  const struct sockaddr_in6* six = (const struct sockaddr_in6*)address;
  const int is_four = address->sa_family == AF_INET;
  (void)size;
  (void)flags;
  if (!is_four && address->sa_family != AF_INET6) return EAI_FAMILY;
  if (node != NULL && node_size > 0 &&
      inet_ntop(address->sa_family, is_four ? (const void*)&four->sin_addr : (const void*)&six->sin6_addr, node,
                node_size) == NULL)
    return EAI_OVERFLOW;
  if (service != NULL && service_size > 0)
    snprintf(service, service_size, "%u", (unsigned)ntohs(is_four ? four->sin_port : six->sin6_port));
  return 0;
}

struct passwd* libpq_getpwuid(uid_t user) {
  (void)user;
  errno = 0;
  return NULL;
}

int libpq_getpwuid_r(uid_t user, struct passwd* entry, char* buffer, size_t size, struct passwd** result) {
  (void)user;
  (void)entry;
  (void)buffer;
  (void)size;
  *result = NULL;
  return 0;
}
