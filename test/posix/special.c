/* special.c: what the DFS format has no place for: hard links, devices, fifos, sockets, POSIX ACLs. */
#include "helpers.h"

#include <sys/socket.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/xattr.h>

/* The call is refused on dfuse, with an errno that programs take for "not supported here"; on plain ones it may work.
 */
#define REFUSED(name, expr)                              \
	do {                                             \
		if (ON_DFUSE) {                          \
			FAILS2(EPERM, EOPNOTSUPP, expr); \
			TRUE(!exists(name));             \
		} else {                                 \
			OK(expr);                        \
			TRUE(exists(name));              \
		}                                        \
	} while (0)

static void hard_link(void)
{
	PUT("f", "x");
	REFUSED("g", link("f", "g"));
	EQ(STAT("f").st_nlink, ON_DFUSE ? 1 : 2);
	HAS("f", "x");
}

static void hard_link_at(void)
{
	int d = OK(open(".", O_RDONLY));

	PUT("f", "x");
	REFUSED("g", linkat(d, "f", d, "g", 0));
}

static void hard_link_errors(void)
{
	PUT("f", "");
	PUT("g", "");
	FAILS(ENOENT, link("none", "h"));
	FAILS(EEXIST, link("f", "g"));
	FAILS(ENOENT, link("f", "none/h"));
}

static void directory_link(void)
{
	OK(mkdir("d", 0755));
	FAILS2(EPERM, EOPNOTSUPP, link("d", "e"));
	TRUE(!exists("e"));
}

static void fifo(void)
{
	REFUSED("p", mkfifo("p", 0644));
}

static void local_socket(void)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX, .sun_path = "s"};
	int fd = OK(socket(AF_UNIX, SOCK_STREAM, 0));

	REFUSED("s", bind(fd, (struct sockaddr *)&sun, sizeof(sun)));
}

static void socket_node(void)
{
	REFUSED("s", mknod("s", S_IFSOCK | 0644, 0));
}

static void devices(void)
{
	if (!AS_ROOT) {
		FAILS(EPERM, mknod("c", S_IFCHR | 0644, makedev(1, 3)));
		FAILS(EPERM, mknod("b", S_IFBLK | 0644, makedev(7, 0)));
		return;
	}
	REFUSED("c", mknod("c", S_IFCHR | 0644, makedev(1, 3)));
	REFUSED("b", mknod("b", S_IFBLK | 0644, makedev(7, 0)));
}

static void regular_node(void)
{
	OK(mknod("f", S_IFREG | 0640, 0));
	EQ(STAT("f").st_mode, S_IFREG | 0640);
	OK(mknod("g", 0600, 0));
	EQ(STAT("g").st_mode, S_IFREG | 0600);
	FAILS(EEXIST, mknod("f", S_IFREG | 0644, 0));
}

static void refused_leave_nothing(void)
{
	if (!ON_DFUSE)
		SKIP("a plain file system makes them");
	PUT("f", "x");
	for (int i = 0; i < 10; i++) {
		FAILS2(EPERM, EOPNOTSUPP, mkfifo("p", 0644));
		FAILS2(EPERM, EOPNOTSUPP, link("f", "g"));
	}
	EQ(COUNT("."), 1);
	PUT("p", "the name is still free");
	HAS("p", "the name is still free");
}

static const char acl[] =
    "\x02\x00\x00\x00\x01\x00\x06\x00\xff\xff\xff\xff\x02\x00\x04\x00\x39\x30\x00\x00\x04\x00\x04\x00"
    "\xff\xff\xff\xff\x10\x00\x06\x00\xff\xff\xff\xff\x20\x00\x04\x00\xff\xff\xff\xff";

static void access_acl(void)
{
	PUT("f", "x");
	if (!ON_DFUSE)
		SKIP("a plain file system may have them");
	FAILS(EOPNOTSUPP, setxattr("f", "system.posix_acl_access", acl, sizeof(acl) - 1, 0));
	EQ(STAT("f").st_mode, S_IFREG | 0644);
}

static void default_acl(void)
{
	OK(mkdir("d", 0755));
	if (!ON_DFUSE)
		SKIP("a plain file system may have them");
	FAILS(EOPNOTSUPP, setxattr("d", "system.posix_acl_default", acl, sizeof(acl) - 1, 0));
}

static void acl_query(void)
{
	char buf[64];

	PUT("f", "x");
	FAILS2(EOPNOTSUPP, ENODATA, getxattr("f", "system.posix_acl_access", buf, sizeof(buf)));
	EQ(listxattr("f", buf, sizeof(buf)), 0);
}

static const struct ps_case cases[] = {
    {"hard_link", "link: refused", hard_link},
    {"hard_link_at", "linkat: refused", hard_link_at},
    {"hard_link_errors", "link: ENOENT and EEXIST come first", hard_link_errors},
    {"directory_link", "link to a directory: EPERM", directory_link},
    {"fifo", "mkfifo: refused", fifo},
    {"local_socket", "bind of a local socket: refused", local_socket},
    {"socket_node", "mknod of a socket: refused", socket_node},
    {"devices", "mknod of devices: refused", devices},
    {"regular_node", "mknod makes regular files", regular_node},
    {"refused_leave_nothing", "a refused call leaves no entry", refused_leave_nothing},
    {"access_acl", "setting an access ACL: EOPNOTSUPP", access_acl},
    {"default_acl", "setting a default ACL: EOPNOTSUPP", default_acl},
    {"acl_query", "asking for an ACL: EOPNOTSUPP or ENODATA; none is listed", acl_query},
};
PS_GROUP(special);
