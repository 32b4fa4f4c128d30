// SPDX-License-Identifier: Apache-2.0
//
// What a C program would do in place of each benchmarked call, many times over. The Java process
// loads this and compares itself with it: a C program of its own would have one thread, and Linux
// makes system calls cheaper there.

#include <stdint.h>
#include <sys/ioctl.h>
#include <time.h>

struct region {
	uint32_t slot;
	uint32_t flags;
	uint64_t guest;
	uint64_t size;
	uint64_t address;
};

static int64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

// Fills a struct of 32 bytes and hands it to ioctl, `count` times; returns nanoseconds, or -1 if a
// call failed.
int64_t ioctl_loop(int fd, uint64_t request, volatile struct region *argument, uint64_t size,
		   uint64_t address, int64_t count)
{
	int64_t start = now();
	int failed = 0;

	for (int64_t i = 0; i < count; i++) {
		argument->slot = 0;
		argument->flags = 0;
		argument->guest = 0;
		argument->size = size;
		argument->address = address;
		failed |= ioctl(fd, request, argument) < 0;
	}
	return failed ? -1 : now() - start;
}

// Sets the bits of one bitmap that are set in another; returns nanoseconds.
int64_t merge_loop(const uint64_t *restrict from, uint64_t *restrict to, int64_t words)
{
	int64_t start = now();

	for (int64_t i = 0; i < words; i++)
		to[i] |= from[i];
	return now() - start;
}
