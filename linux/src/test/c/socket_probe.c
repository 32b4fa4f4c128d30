// SPDX-License-Identifier: Apache-2.0
/*
 * Says what the C library's headers say of sockets, in the lines of uapi_probe.c: the kernel's own
 * headers leave these structs and numbers to it.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/uio.h>

#define SAY(group, name, value) \
	__asm__ volatile("\n#jvfio " group " %0 %1 " name \
		: : "i"((unsigned long)(value) >> 16 & 0xffff), "i"((unsigned long)(value) & 0xffff))

#define FIELD(type, field) do { \
	SAY("socket", #type "." #field, __builtin_offsetof(struct type, field)); \
	SAY("socket", #type "." #field ".bytes", sizeof(((struct type *)0)->field)); \
} while (0)

#define SIZE(type) SAY("socket", #type, sizeof(struct type))
#define NUMBER(name) SAY("socket", #name, name)

void sockets(void)
{
	NUMBER(AF_UNIX);
	NUMBER(SOCK_STREAM);
	NUMBER(SOCK_SEQPACKET);
	NUMBER(SOCK_CLOEXEC);
	NUMBER(SCM_RIGHTS);
	NUMBER(MSG_CTRUNC);
	NUMBER(MSG_DONTWAIT);
	NUMBER(MSG_NOSIGNAL);
	NUMBER(MSG_CMSG_CLOEXEC);
	SIZE(ucred);
	FIELD(ucred, pid);
	FIELD(ucred, uid);
	FIELD(ucred, gid);
	SIZE(msghdr);
	FIELD(msghdr, msg_namelen);
	FIELD(msghdr, msg_iov);
	FIELD(msghdr, msg_iovlen);
	FIELD(msghdr, msg_control);
	FIELD(msghdr, msg_controllen);
	FIELD(msghdr, msg_flags);
	SIZE(iovec);
	FIELD(iovec, iov_base);
	FIELD(iovec, iov_len);
	SIZE(cmsghdr);
	FIELD(cmsghdr, cmsg_len);
	FIELD(cmsghdr, cmsg_level);
	FIELD(cmsghdr, cmsg_type);
}
