// SPDX-License-Identifier: Apache-2.0
//
// What a C program would do in place of AddressSpace.map and unmap. It opens a container or an IOAS
// for a device, which the loops over the bare call use too, and has the same loop in C. The structs
// are written out because the headers of many distributions lack iommufd.

#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define VFIO_TYPE1V2_IOMMU 3
#define VFIO_SET_IOMMU _IO(';', 102)
#define VFIO_GROUP_SET_CONTAINER _IO(';', 104)
#define VFIO_IOMMU_MAP_DMA _IO(';', 113)
#define VFIO_IOMMU_UNMAP_DMA _IO(';', 114)
#define VFIO_DEVICE_BIND_IOMMUFD _IO(';', 118)
#define VFIO_DEVICE_ATTACH_IOMMUFD_PT _IO(';', 119)
#define IOMMU_IOAS_ALLOC _IO(';', 0x81)
#define IOMMU_IOAS_MAP _IO(';', 0x85)
#define IOMMU_IOAS_UNMAP _IO(';', 0x86)

#define TYPE1_READ_WRITE 3
#define IOAS_FIXED_READ_WRITE 7

struct type1_map {
	uint32_t argsz, flags;
	uint64_t vaddr, iova, size;
};

struct type1_unmap {
	uint32_t argsz, flags;
	uint64_t iova, size;
};

struct ioas_map {
	uint32_t size, flags, ioas, reserved;
	uint64_t vaddr, length, iova;
};

struct ioas_unmap {
	uint32_t size, ioas;
	uint64_t iova, length;
};

static int64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

// Memory in huge pages where the guest has them, aligned to its size; never given back.
int64_t dma_memory(int64_t size)
{
	char *memory = mmap(NULL, 2 * size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		return -1;
	memory += -(uintptr_t)memory & (size - 1);
	madvise(memory, size, MADV_HUGEPAGE);
	memset(memory, 1, size);
	return (intptr_t)memory;
}

// A new container with the group of `path` in it: files[0], which takes the requests, and files[1].
int open_container(const char *path, int32_t files[2])
{
	files[0] = open("/dev/vfio/vfio", O_RDWR | O_CLOEXEC);
	files[1] = open(path, O_RDWR | O_CLOEXEC);
	if (files[0] < 0 || files[1] < 0 || ioctl(files[1], VFIO_GROUP_SET_CONTAINER, files))
		return -1;
	return ioctl(files[0], VFIO_SET_IOMMU, VFIO_TYPE1V2_IOMMU);
}

// A new IOAS with the device of `path` behind it: files[0], which takes the requests, and files[1].
int open_ioas(const char *path, int32_t files[2])
{
	struct { uint32_t size, flags, ioas; } alloc = { sizeof(alloc), 0, 0 };
	struct { uint32_t argsz, flags; int32_t iommufd; uint32_t device; } bind = { sizeof(bind) };
	struct { uint32_t argsz, flags, pt; } attach = { sizeof(attach) };

	bind.iommufd = files[0] = open("/dev/iommu", O_RDWR | O_CLOEXEC);
	files[1] = open(path, O_RDWR | O_CLOEXEC);
	if (files[0] < 0 || files[1] < 0 || ioctl(files[0], IOMMU_IOAS_ALLOC, &alloc)
	    || ioctl(files[1], VFIO_DEVICE_BIND_IOMMUFD, &bind))
		return -1;
	attach.pt = alloc.ioas;
	return ioctl(files[1], VFIO_DEVICE_ATTACH_IOMMUFD_PT, &attach) ? -1 : (int)alloc.ioas;
}

// Closes what either of the two opened.
void close_files(int32_t files[2])
{
	close(files[1]);
	close(files[0]);
}

static int map(int fd, int ioas, uint64_t iova, uint64_t vaddr, uint64_t size)
{
	if (ioas) {
		struct ioas_map argument = { sizeof(argument), IOAS_FIXED_READ_WRITE, ioas, 0,
					     vaddr, size, iova };
		return ioctl(fd, IOMMU_IOAS_MAP, &argument);
	}
	struct type1_map argument = { sizeof(argument), TYPE1_READ_WRITE, vaddr, iova, size };
	return ioctl(fd, VFIO_IOMMU_MAP_DMA, &argument);
}

static int unmap(int fd, int ioas, uint64_t iova, uint64_t size)
{
	if (ioas) {
		struct ioas_unmap argument = { sizeof(argument), ioas, iova, size };
		return ioctl(fd, IOMMU_IOAS_UNMAP, &argument);
	}
	struct type1_unmap argument = { sizeof(argument), 0, iova, size };
	return ioctl(fd, VFIO_IOMMU_UNMAP_DMA, &argument);
}

// Maps and unmaps once, and times each call apart; 0 if none failed. `ioas` 0 is a container.
int map_once(int fd, int ioas, uint64_t iova, uint64_t vaddr, uint64_t size, int64_t *mapped,
	     int64_t *unmapped)
{
	int64_t start = now();
	int failed = map(fd, ioas, iova, vaddr, size);
	int64_t middle = now();
	failed |= unmap(fd, ioas, iova, size);
	int64_t end = now();

	*mapped = middle - start;
	*unmapped = end - middle;
	return failed;
}
