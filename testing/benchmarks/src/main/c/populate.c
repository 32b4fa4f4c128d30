// SPDX-License-Identifier: Apache-2.0
//
// What a C program would do in place of Host.populate: nothing but touch its memory, or have the
// kernel bring it in with one thread.

#include <stdint.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define POPULATE_WRITE 23

static int64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

// Fresh memory that begins where a huge page can, with huge pages or without; an address, or -1.
int64_t fresh_memory(int64_t size, int32_t huge)
{
	const int64_t page = 2 << 20;
	char *memory =
		mmap(NULL, size + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		return -1;
	memory += -(uintptr_t)memory & (page - 1);
	madvise(memory, size, huge ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
	return (intptr_t)memory;
}

// Gives back what `fresh_memory` gave, but for less than a huge page of addresses.
void drop_memory(int64_t address, int64_t size)
{
	munmap((void *)(intptr_t)address, size);
}

// Writes to every page; returns nanoseconds.
int64_t touch(int64_t address, int64_t size)
{
	volatile char *memory = (volatile char *)(intptr_t)address;
	int64_t step = sysconf(_SC_PAGESIZE);
	int64_t start = now();

	for (int64_t at = 0; at < size; at += step)
		memory[at] = 0;
	return now() - start;
}

// Has the kernel bring all of it in; returns nanoseconds, or -1 if it refused.
int64_t populate(int64_t address, int64_t size)
{
	int64_t start = now();

	return madvise((void *)(intptr_t)address, size, POPULATE_WRITE) ? -1 : now() - start;
}
