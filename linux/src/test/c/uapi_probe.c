// SPDX-License-Identifier: Apache-2.0
/*
 * Says what the kernel's headers say, as comments in the assembly that "cc -S" makes of this file:
 * no linker, no C library and no machine of that architecture is needed. UapiProbeTest reads the
 * lines
 *
 *     #jvfio GROUP HIGH LOW NAME
 *
 * and expects every one of them in its own tables, and nothing besides. HIGH and LOW are the 16-bit
 * halves of a value, since x86 has no immediate operand for all of 32 bits, with the sign that the
 * assembler wants before such an operand ("$" or "#"). The modifier that leaves it out, %c, is
 * of no use: on s390 it means a signed byte.
 */
#include <linux/types.h>
#include <linux/ioctl.h>
#include <linux/vfio.h>
#include <linux/vfio_ccw.h>
#if __has_include(<linux/kvm.h>) && __has_include(<asm/kvm.h>)
#include <linux/kvm.h>
#endif
#include <linux/fcntl.h>
#include <linux/mman.h>
#include <asm/errno.h>
#include <asm/poll.h>
#include <asm/socket.h>
#include <linux/un.h>
#include <asm/unistd.h>
#if __has_include(<linux/eventfd.h>)
#include <linux/eventfd.h>
#else
#define EFD_NONBLOCK O_NONBLOCK
#endif
#if __has_include(<linux/iommufd.h>)
#include <linux/iommufd.h>
#endif

#define SAY(group, name, value) \
	__asm__ volatile("\n#jvfio " group " %0 %1 " name \
		: : "i"((unsigned long)(value) >> 16 & 0xffff), "i"((unsigned long)(value) & 0xffff))

#define AT(type, field) __builtin_offsetof(struct type, field)
#define END(type, field) (AT(type, field) + sizeof(((struct type *)0)->field))
#define ALIGN(type) __alignof__(struct type)

/* Where a field is and how long. */
#define FIELD(group, type, field) do { \
	SAY(group, #type "." #field, AT(type, field)); \
	SAY(group, #type "." #field ".bytes", sizeof(((struct type *)0)->field)); \
} while (0)

/* The struct's size if this field is its last one: newer headers may append more. */
#define UP_TO(group, type, field) \
	SAY(group, #type, (END(type, field) + ALIGN(type) - 1) / ALIGN(type) * ALIGN(type))

/* Where a field of a capability is, counted from the end of its header. */
#define PAYLOAD(type, field) \
	SAY("vfio", #type "." #field, AT(type, field) - sizeof(struct vfio_info_cap_header))

/* The text of a macro's name, not of what it stands for. */
#define NUMBER(group, name) SAY(group, #name, name)

void machine(void)
{
	SAY("machine", "_IO", _IO(';', 100));
	SAY("machine", "_IOR", _IOR(';', 100, __u64));
	SAY("machine", "_IOW", _IOW(';', 100, __u64));
	SAY("machine", "_IOWR", _IOWR(';', 100, __u64));
	NUMBER("machine", __NR_ioctl);
	NUMBER("machine", __NR_openat);
	NUMBER("machine", O_WRONLY);
	NUMBER("machine", O_RDWR);
	NUMBER("machine", O_CLOEXEC);
	NUMBER("machine", PROT_NONE);
	NUMBER("machine", PROT_READ);
	NUMBER("machine", PROT_WRITE);
	NUMBER("machine", MAP_SHARED);
	NUMBER("machine", MAP_PRIVATE);
	NUMBER("machine", MAP_FIXED);
	NUMBER("machine", MAP_ANONYMOUS);
	NUMBER("machine", MADV_HUGEPAGE);
	NUMBER("machine", MADV_POPULATE_READ);
	NUMBER("machine", MADV_POPULATE_WRITE);
	NUMBER("machine", MAP_NORESERVE);
	NUMBER("machine", MAP_HUGETLB);
	NUMBER("machine", MAP_HUGE_SHIFT);
	NUMBER("machine", EFD_NONBLOCK);
	NUMBER("machine", POLLIN);
	NUMBER("machine", SOL_SOCKET);
	NUMBER("machine", SO_PEERCRED);
	SAY("machine", "sockaddr_un", sizeof(struct sockaddr_un));
	FIELD("machine", sockaddr_un, sun_family);
	FIELD("machine", sockaddr_un, sun_path);
}

void errors(void)
{
	NUMBER("errno", EPERM);
	NUMBER("errno", ENOENT);
	NUMBER("errno", EINTR);
	NUMBER("errno", EIO);
	NUMBER("errno", ENXIO);
	NUMBER("errno", E2BIG);
	NUMBER("errno", EBADF);
	NUMBER("errno", EAGAIN);
	NUMBER("errno", ENOMEM);
	NUMBER("errno", EACCES);
	NUMBER("errno", EFAULT);
	NUMBER("errno", EBUSY);
	NUMBER("errno", EEXIST);
	NUMBER("errno", ENODEV);
	NUMBER("errno", ENOTDIR);
	NUMBER("errno", EINVAL);
	NUMBER("errno", ENFILE);
	NUMBER("errno", EMFILE);
	NUMBER("errno", ENOTTY);
	NUMBER("errno", ENOSPC);
	NUMBER("errno", ERANGE);
	NUMBER("errno", ENOSYS);
	NUMBER("errno", ENOMSG);
	NUMBER("errno", EPROTO);
	NUMBER("errno", EOVERFLOW);
	NUMBER("errno", EMSGSIZE);
	NUMBER("errno", EOPNOTSUPP);
	NUMBER("errno", EADDRINUSE);
	NUMBER("errno", ETIMEDOUT);
	NUMBER("errno", EHWPOISON);
	NUMBER("errno", EPIPE);
	NUMBER("errno", ECONNRESET);
	NUMBER("errno", ENOTCONN);
	NUMBER("errno", ECONNREFUSED);
	NUMBER("errno", EADDRNOTAVAIL);
}

void vfio_numbers(void)
{
	NUMBER("vfio", VFIO_API_VERSION);
	NUMBER("vfio", VFIO_TYPE1_IOMMU);
	NUMBER("vfio", VFIO_SPAPR_TCE_IOMMU);
	NUMBER("vfio", VFIO_TYPE1v2_IOMMU);
	NUMBER("vfio", VFIO_DMA_CC_IOMMU);
	NUMBER("vfio", VFIO_EEH);
	NUMBER("vfio", VFIO_SPAPR_TCE_v2_IOMMU);
	NUMBER("vfio", VFIO_NOIOMMU_IOMMU);
	NUMBER("vfio", VFIO_UNMAP_ALL);
	NUMBER("vfio", VFIO_UPDATE_VADDR);
	NUMBER("vfio", VFIO_GET_API_VERSION);
	NUMBER("vfio", VFIO_CHECK_EXTENSION);
	NUMBER("vfio", VFIO_SET_IOMMU);
	NUMBER("vfio", VFIO_GROUP_GET_STATUS);
	NUMBER("vfio", VFIO_GROUP_SET_CONTAINER);
	NUMBER("vfio", VFIO_GROUP_UNSET_CONTAINER);
	NUMBER("vfio", VFIO_GROUP_GET_DEVICE_FD);
	NUMBER("vfio", VFIO_DEVICE_GET_INFO);
	NUMBER("vfio", VFIO_DEVICE_GET_REGION_INFO);
	NUMBER("vfio", VFIO_DEVICE_GET_IRQ_INFO);
	NUMBER("vfio", VFIO_DEVICE_SET_IRQS);
	NUMBER("vfio", VFIO_DEVICE_RESET);
	NUMBER("vfio", VFIO_DEVICE_GET_PCI_HOT_RESET_INFO);
	NUMBER("vfio", VFIO_DEVICE_PCI_HOT_RESET);
	NUMBER("vfio", VFIO_DEVICE_FEATURE);
	NUMBER("vfio", VFIO_IOMMU_GET_INFO);
	NUMBER("vfio", VFIO_IOMMU_MAP_DMA);
	NUMBER("vfio", VFIO_IOMMU_UNMAP_DMA);
	NUMBER("vfio", VFIO_IOMMU_DIRTY_PAGES);
}

void vfio_spapr(void)
{
	NUMBER("vfio", VFIO_IOMMU_SPAPR_TCE_GET_INFO);
	NUMBER("vfio", VFIO_IOMMU_ENABLE);
	NUMBER("vfio", VFIO_IOMMU_DISABLE);
	NUMBER("vfio", VFIO_IOMMU_SPAPR_REGISTER_MEMORY);
	NUMBER("vfio", VFIO_IOMMU_SPAPR_UNREGISTER_MEMORY);
	NUMBER("vfio", VFIO_IOMMU_SPAPR_TCE_CREATE);
	NUMBER("vfio", VFIO_IOMMU_SPAPR_TCE_REMOVE);
	NUMBER("vfio", VFIO_EEH_PE_OP);
	NUMBER("vfio", VFIO_IOMMU_SPAPR_INFO_DDW);

	FIELD("vfio", vfio_iommu_spapr_tce_info, argsz);
	FIELD("vfio", vfio_iommu_spapr_tce_info, flags);
	FIELD("vfio", vfio_iommu_spapr_tce_info, dma32_window_start);
	FIELD("vfio", vfio_iommu_spapr_tce_info, dma32_window_size);
	FIELD("vfio", vfio_iommu_spapr_tce_info, ddw.pgsizes);
	FIELD("vfio", vfio_iommu_spapr_tce_info, ddw.max_dynamic_windows_supported);
	FIELD("vfio", vfio_iommu_spapr_tce_info, ddw.levels);
	UP_TO("vfio", vfio_iommu_spapr_tce_info, ddw.levels);

	FIELD("vfio", vfio_iommu_spapr_register_memory, argsz);
	FIELD("vfio", vfio_iommu_spapr_register_memory, flags);
	FIELD("vfio", vfio_iommu_spapr_register_memory, vaddr);
	FIELD("vfio", vfio_iommu_spapr_register_memory, size);
	UP_TO("vfio", vfio_iommu_spapr_register_memory, size);

	FIELD("vfio", vfio_iommu_spapr_tce_create, argsz);
	FIELD("vfio", vfio_iommu_spapr_tce_create, flags);
	FIELD("vfio", vfio_iommu_spapr_tce_create, page_shift);
	FIELD("vfio", vfio_iommu_spapr_tce_create, window_size);
	FIELD("vfio", vfio_iommu_spapr_tce_create, levels);
	FIELD("vfio", vfio_iommu_spapr_tce_create, start_addr);
	UP_TO("vfio", vfio_iommu_spapr_tce_create, start_addr);

	FIELD("vfio", vfio_iommu_spapr_tce_remove, argsz);
	FIELD("vfio", vfio_iommu_spapr_tce_remove, flags);
	FIELD("vfio", vfio_iommu_spapr_tce_remove, start_addr);
	UP_TO("vfio", vfio_iommu_spapr_tce_remove, start_addr);

	NUMBER("vfio", VFIO_EEH_PE_DISABLE);
	NUMBER("vfio", VFIO_EEH_PE_ENABLE);
	NUMBER("vfio", VFIO_EEH_PE_UNFREEZE_IO);
	NUMBER("vfio", VFIO_EEH_PE_UNFREEZE_DMA);
	NUMBER("vfio", VFIO_EEH_PE_GET_STATE);
	NUMBER("vfio", VFIO_EEH_PE_RESET_DEACTIVATE);
	NUMBER("vfio", VFIO_EEH_PE_RESET_HOT);
	NUMBER("vfio", VFIO_EEH_PE_RESET_FUNDAMENTAL);
	NUMBER("vfio", VFIO_EEH_PE_CONFIGURE);
	NUMBER("vfio", VFIO_EEH_PE_STATE_NORMAL);
	NUMBER("vfio", VFIO_EEH_PE_STATE_RESET);
	NUMBER("vfio", VFIO_EEH_PE_STATE_STOPPED);
	NUMBER("vfio", VFIO_EEH_PE_STATE_STOPPED_DMA);
	NUMBER("vfio", VFIO_EEH_PE_STATE_UNAVAIL);
	FIELD("vfio", vfio_eeh_pe_op, argsz);
	FIELD("vfio", vfio_eeh_pe_op, flags);
	FIELD("vfio", vfio_eeh_pe_op, op);
	SAY("vfio", "vfio_eeh_pe_op.err", AT(vfio_eeh_pe_op, err));
	UP_TO("vfio", vfio_eeh_pe_op, err);
}

void vfio_group_and_iommu(void)
{
	FIELD("vfio", vfio_group_status, argsz);
	FIELD("vfio", vfio_group_status, flags);
	UP_TO("vfio", vfio_group_status, flags);
	NUMBER("vfio", VFIO_GROUP_FLAGS_VIABLE);
	NUMBER("vfio", VFIO_GROUP_FLAGS_CONTAINER_SET);

	FIELD("vfio", vfio_iommu_type1_info, argsz);
	FIELD("vfio", vfio_iommu_type1_info, flags);
	FIELD("vfio", vfio_iommu_type1_info, iova_pgsizes);
	FIELD("vfio", vfio_iommu_type1_info, cap_offset);
	UP_TO("vfio", vfio_iommu_type1_info, cap_offset);
	NUMBER("vfio", VFIO_IOMMU_INFO_PGSIZES);
	NUMBER("vfio", VFIO_IOMMU_INFO_CAPS);
	NUMBER("vfio", VFIO_IOMMU_TYPE1_INFO_CAP_IOVA_RANGE);
	NUMBER("vfio", VFIO_IOMMU_TYPE1_INFO_CAP_MIGRATION);
	NUMBER("vfio", VFIO_IOMMU_TYPE1_INFO_DMA_AVAIL);
	PAYLOAD(vfio_iommu_type1_info_cap_iova_range, nr_iovas);
	PAYLOAD(vfio_iommu_type1_info_cap_iova_range, iova_ranges);
	FIELD("vfio", vfio_iova_range, start);
	FIELD("vfio", vfio_iova_range, end);
	UP_TO("vfio", vfio_iova_range, end);
	PAYLOAD(vfio_iommu_type1_info_cap_migration, flags);
	PAYLOAD(vfio_iommu_type1_info_cap_migration, pgsize_bitmap);
	PAYLOAD(vfio_iommu_type1_info_cap_migration, max_dirty_bitmap_size);
	PAYLOAD(vfio_iommu_type1_info_dma_avail, avail);

	FIELD("vfio", vfio_iommu_type1_dma_map, argsz);
	FIELD("vfio", vfio_iommu_type1_dma_map, flags);
	FIELD("vfio", vfio_iommu_type1_dma_map, vaddr);
	FIELD("vfio", vfio_iommu_type1_dma_map, iova);
	FIELD("vfio", vfio_iommu_type1_dma_map, size);
	UP_TO("vfio", vfio_iommu_type1_dma_map, size);
	NUMBER("vfio", VFIO_DMA_MAP_FLAG_READ);
	NUMBER("vfio", VFIO_DMA_MAP_FLAG_WRITE);
	NUMBER("vfio", VFIO_DMA_MAP_FLAG_VADDR);

	FIELD("vfio", vfio_iommu_type1_dma_unmap, argsz);
	FIELD("vfio", vfio_iommu_type1_dma_unmap, flags);
	FIELD("vfio", vfio_iommu_type1_dma_unmap, iova);
	FIELD("vfio", vfio_iommu_type1_dma_unmap, size);
	UP_TO("vfio", vfio_iommu_type1_dma_unmap, size);
	SAY("vfio", "vfio_iommu_type1_dma_unmap.data", AT(vfio_iommu_type1_dma_unmap, data));
	NUMBER("vfio", VFIO_DMA_UNMAP_FLAG_GET_DIRTY_BITMAP);
	NUMBER("vfio", VFIO_DMA_UNMAP_FLAG_ALL);
	NUMBER("vfio", VFIO_DMA_UNMAP_FLAG_VADDR);

	FIELD("vfio", vfio_iommu_type1_dirty_bitmap, argsz);
	FIELD("vfio", vfio_iommu_type1_dirty_bitmap, flags);
	UP_TO("vfio", vfio_iommu_type1_dirty_bitmap, flags);
	SAY("vfio", "vfio_iommu_type1_dirty_bitmap.data", AT(vfio_iommu_type1_dirty_bitmap, data));
	NUMBER("vfio", VFIO_IOMMU_DIRTY_PAGES_FLAG_START);
	NUMBER("vfio", VFIO_IOMMU_DIRTY_PAGES_FLAG_STOP);
	NUMBER("vfio", VFIO_IOMMU_DIRTY_PAGES_FLAG_GET_BITMAP);
	FIELD("vfio", vfio_iommu_type1_dirty_bitmap_get, iova);
	FIELD("vfio", vfio_iommu_type1_dirty_bitmap_get, size);
	FIELD("vfio", vfio_iommu_type1_dirty_bitmap_get, bitmap);
	UP_TO("vfio", vfio_iommu_type1_dirty_bitmap_get, bitmap);
	FIELD("vfio", vfio_bitmap, pgsize);
	FIELD("vfio", vfio_bitmap, size);
	FIELD("vfio", vfio_bitmap, data);
	UP_TO("vfio", vfio_bitmap, data);
}

void vfio_ccw(void)
{
	FIELD("ccw", ccw_io_region, orb_area);
	FIELD("ccw", ccw_io_region, scsw_area);
	FIELD("ccw", ccw_io_region, irb_area);
	FIELD("ccw", ccw_io_region, ret_code);
	UP_TO("ccw", ccw_io_region, ret_code);
	FIELD("ccw", ccw_cmd_region, command);
	FIELD("ccw", ccw_cmd_region, ret_code);
	UP_TO("ccw", ccw_cmd_region, ret_code);
	FIELD("ccw", ccw_schib_region, schib_area);
	UP_TO("ccw", ccw_schib_region, schib_area);
	FIELD("ccw", ccw_crw_region, crw);
	FIELD("ccw", ccw_crw_region, pad);
	UP_TO("ccw", ccw_crw_region, pad);
	NUMBER("ccw", VFIO_CCW_ASYNC_CMD_HSCH);
	NUMBER("ccw", VFIO_CCW_ASYNC_CMD_CSCH);
	NUMBER("ccw", VFIO_REGION_TYPE_CCW);
	NUMBER("ccw", VFIO_REGION_SUBTYPE_CCW_ASYNC_CMD);
	NUMBER("ccw", VFIO_REGION_SUBTYPE_CCW_SCHIB);
	NUMBER("ccw", VFIO_REGION_SUBTYPE_CCW_CRW);
}

void vfio_device(void)
{
	FIELD("vfio", vfio_info_cap_header, id);
	FIELD("vfio", vfio_info_cap_header, version);
	FIELD("vfio", vfio_info_cap_header, next);
	UP_TO("vfio", vfio_info_cap_header, next);

	FIELD("vfio", vfio_device_info, argsz);
	FIELD("vfio", vfio_device_info, flags);
	FIELD("vfio", vfio_device_info, num_regions);
	FIELD("vfio", vfio_device_info, num_irqs);
	FIELD("vfio", vfio_device_info, cap_offset);
	UP_TO("vfio", vfio_device_info, cap_offset);
	NUMBER("vfio", VFIO_DEVICE_FLAGS_RESET);
	NUMBER("vfio", VFIO_DEVICE_FLAGS_PCI);
	NUMBER("vfio", VFIO_DEVICE_FLAGS_PLATFORM);
	NUMBER("vfio", VFIO_DEVICE_FLAGS_AMBA);
	NUMBER("vfio", VFIO_DEVICE_FLAGS_CCW);
	NUMBER("vfio", VFIO_DEVICE_FLAGS_AP);
	NUMBER("vfio", VFIO_DEVICE_FLAGS_FSL_MC);
	NUMBER("vfio", VFIO_DEVICE_FLAGS_CAPS);

	FIELD("vfio", vfio_region_info, argsz);
	FIELD("vfio", vfio_region_info, flags);
	FIELD("vfio", vfio_region_info, index);
	FIELD("vfio", vfio_region_info, cap_offset);
	FIELD("vfio", vfio_region_info, size);
	FIELD("vfio", vfio_region_info, offset);
	UP_TO("vfio", vfio_region_info, offset);
	NUMBER("vfio", VFIO_REGION_INFO_FLAG_READ);
	NUMBER("vfio", VFIO_REGION_INFO_FLAG_WRITE);
	NUMBER("vfio", VFIO_REGION_INFO_FLAG_MMAP);
	NUMBER("vfio", VFIO_REGION_INFO_FLAG_CAPS);
	NUMBER("vfio", VFIO_REGION_INFO_CAP_SPARSE_MMAP);
	NUMBER("vfio", VFIO_REGION_INFO_CAP_TYPE);
	NUMBER("vfio", VFIO_REGION_INFO_CAP_MSIX_MAPPABLE);
	PAYLOAD(vfio_region_info_cap_sparse_mmap, nr_areas);
	PAYLOAD(vfio_region_info_cap_sparse_mmap, areas);
	FIELD("vfio", vfio_region_sparse_mmap_area, offset);
	FIELD("vfio", vfio_region_sparse_mmap_area, size);
	UP_TO("vfio", vfio_region_sparse_mmap_area, size);
	PAYLOAD(vfio_region_info_cap_type, type);
	PAYLOAD(vfio_region_info_cap_type, subtype);

	FIELD("vfio", vfio_irq_info, argsz);
	FIELD("vfio", vfio_irq_info, flags);
	FIELD("vfio", vfio_irq_info, index);
	FIELD("vfio", vfio_irq_info, count);
	UP_TO("vfio", vfio_irq_info, count);
	NUMBER("vfio", VFIO_IRQ_INFO_EVENTFD);
	NUMBER("vfio", VFIO_IRQ_INFO_MASKABLE);
	NUMBER("vfio", VFIO_IRQ_INFO_AUTOMASKED);
	NUMBER("vfio", VFIO_IRQ_INFO_NORESIZE);

	FIELD("vfio", vfio_irq_set, argsz);
	FIELD("vfio", vfio_irq_set, flags);
	FIELD("vfio", vfio_irq_set, index);
	FIELD("vfio", vfio_irq_set, start);
	FIELD("vfio", vfio_irq_set, count);
	UP_TO("vfio", vfio_irq_set, count);
	SAY("vfio", "vfio_irq_set.data", AT(vfio_irq_set, data));
	NUMBER("vfio", VFIO_IRQ_SET_DATA_NONE);
	NUMBER("vfio", VFIO_IRQ_SET_DATA_BOOL);
	NUMBER("vfio", VFIO_IRQ_SET_DATA_EVENTFD);
	NUMBER("vfio", VFIO_IRQ_SET_ACTION_MASK);
	NUMBER("vfio", VFIO_IRQ_SET_ACTION_UNMASK);
	NUMBER("vfio", VFIO_IRQ_SET_ACTION_TRIGGER);

	FIELD("vfio", vfio_device_feature, argsz);
	FIELD("vfio", vfio_device_feature, flags);
	SAY("vfio", "vfio_device_feature", AT(vfio_device_feature, data));
	NUMBER("vfio", VFIO_DEVICE_FEATURE_MASK);
	NUMBER("vfio", VFIO_DEVICE_FEATURE_GET);
	NUMBER("vfio", VFIO_DEVICE_FEATURE_SET);
	NUMBER("vfio", VFIO_DEVICE_FEATURE_PROBE);
	NUMBER("vfio", VFIO_DEVICE_FEATURE_PCI_VF_TOKEN);
	NUMBER("vfio", VFIO_DEVICE_FEATURE_DMA_LOGGING_START);
	NUMBER("vfio", VFIO_DEVICE_FEATURE_DMA_LOGGING_STOP);
	NUMBER("vfio", VFIO_DEVICE_FEATURE_DMA_LOGGING_REPORT);
	FIELD("vfio", vfio_device_feature_dma_logging_control, page_size);
	FIELD("vfio", vfio_device_feature_dma_logging_control, num_ranges);
	FIELD("vfio", vfio_device_feature_dma_logging_control, ranges);
	UP_TO("vfio", vfio_device_feature_dma_logging_control, ranges);
	FIELD("vfio", vfio_device_feature_dma_logging_range, iova);
	FIELD("vfio", vfio_device_feature_dma_logging_range, length);
	UP_TO("vfio", vfio_device_feature_dma_logging_range, length);
	FIELD("vfio", vfio_device_feature_dma_logging_report, iova);
	FIELD("vfio", vfio_device_feature_dma_logging_report, length);
	FIELD("vfio", vfio_device_feature_dma_logging_report, page_size);
	FIELD("vfio", vfio_device_feature_dma_logging_report, bitmap);
	UP_TO("vfio", vfio_device_feature_dma_logging_report, bitmap);
	FIELD("vfio", vfio_pci_hot_reset_info, argsz);
	FIELD("vfio", vfio_pci_hot_reset_info, flags);
	FIELD("vfio", vfio_pci_hot_reset_info, count);
	UP_TO("vfio", vfio_pci_hot_reset_info, count);
	SAY("vfio", "vfio_pci_hot_reset_info.devices", AT(vfio_pci_hot_reset_info, devices));
	FIELD("vfio", vfio_pci_hot_reset, argsz);
	FIELD("vfio", vfio_pci_hot_reset, flags);
	FIELD("vfio", vfio_pci_hot_reset, count);
	UP_TO("vfio", vfio_pci_hot_reset, count);
	SAY("vfio", "vfio_pci_hot_reset.group_fds", AT(vfio_pci_hot_reset, group_fds));
	FIELD("vfio", vfio_pci_dependent_device, group_id);
	FIELD("vfio", vfio_pci_dependent_device, segment);
	FIELD("vfio", vfio_pci_dependent_device, bus);
	FIELD("vfio", vfio_pci_dependent_device, devfn);
	UP_TO("vfio", vfio_pci_dependent_device, devfn);
}

#ifdef VFIO_DEVICE_BIND_IOMMUFD
void vfio_character_device(void)
{
	NUMBER("cdev", VFIO_DEVICE_BIND_IOMMUFD);
	NUMBER("cdev", VFIO_DEVICE_ATTACH_IOMMUFD_PT);
	NUMBER("cdev", VFIO_DEVICE_DETACH_IOMMUFD_PT);
	NUMBER("cdev", VFIO_DEVICE_FLAGS_CDX);
	NUMBER("cdev", VFIO_PCI_HOT_RESET_FLAG_DEV_ID);
	NUMBER("cdev", VFIO_PCI_HOT_RESET_FLAG_DEV_ID_OWNED);
	NUMBER("cdev", VFIO_PCI_DEVID_OWNED);
	NUMBER("cdev", VFIO_PCI_DEVID_NOT_OWNED);

	FIELD("cdev", vfio_device_bind_iommufd, argsz);
	FIELD("cdev", vfio_device_bind_iommufd, flags);
	FIELD("cdev", vfio_device_bind_iommufd, iommufd);
	FIELD("cdev", vfio_device_bind_iommufd, out_devid);
	/* Not UP_TO: what newer headers append has a wider alignment. */
	SAY("cdev", "vfio_device_bind_iommufd", END(vfio_device_bind_iommufd, out_devid));

	FIELD("cdev", vfio_device_attach_iommufd_pt, argsz);
	FIELD("cdev", vfio_device_attach_iommufd_pt, flags);
	FIELD("cdev", vfio_device_attach_iommufd_pt, pt_id);
	UP_TO("cdev", vfio_device_attach_iommufd_pt, pt_id);

	FIELD("cdev", vfio_device_detach_iommufd_pt, argsz);
	FIELD("cdev", vfio_device_detach_iommufd_pt, flags);
	UP_TO("cdev", vfio_device_detach_iommufd_pt, flags);
}
#endif

#ifdef VFIO_MIG_GET_PRECOPY_INFO
void vfio_migration(void)
{
	NUMBER("migration", VFIO_DEVICE_FEATURE_MIGRATION);
	NUMBER("migration", VFIO_MIGRATION_STOP_COPY);
	NUMBER("migration", VFIO_MIGRATION_P2P);
	NUMBER("migration", VFIO_MIGRATION_PRE_COPY);
	FIELD("migration", vfio_device_feature_migration, flags);
	UP_TO("migration", vfio_device_feature_migration, flags);

	NUMBER("migration", VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE);
	NUMBER("migration", VFIO_DEVICE_STATE_ERROR);
	NUMBER("migration", VFIO_DEVICE_STATE_STOP);
	NUMBER("migration", VFIO_DEVICE_STATE_RUNNING);
	NUMBER("migration", VFIO_DEVICE_STATE_STOP_COPY);
	NUMBER("migration", VFIO_DEVICE_STATE_RESUMING);
	NUMBER("migration", VFIO_DEVICE_STATE_RUNNING_P2P);
	NUMBER("migration", VFIO_DEVICE_STATE_PRE_COPY);
	NUMBER("migration", VFIO_DEVICE_STATE_PRE_COPY_P2P);
	FIELD("migration", vfio_device_feature_mig_state, device_state);
	FIELD("migration", vfio_device_feature_mig_state, data_fd);
	UP_TO("migration", vfio_device_feature_mig_state, data_fd);

	NUMBER("migration", VFIO_DEVICE_FEATURE_MIG_DATA_SIZE);
	FIELD("migration", vfio_device_feature_mig_data_size, stop_copy_length);
	UP_TO("migration", vfio_device_feature_mig_data_size, stop_copy_length);

	NUMBER("migration", VFIO_MIG_GET_PRECOPY_INFO);
	FIELD("migration", vfio_precopy_info, argsz);
	FIELD("migration", vfio_precopy_info, flags);
	FIELD("migration", vfio_precopy_info, initial_bytes);
	FIELD("migration", vfio_precopy_info, dirty_bytes);
	UP_TO("migration", vfio_precopy_info, dirty_bytes);
}
#endif

#ifdef VFIO_DEVICE_BIND_FLAG_TOKEN
void vfio_token(void)
{
	NUMBER("token", VFIO_DEVICE_BIND_FLAG_TOKEN);
	FIELD("token", vfio_device_bind_iommufd, token_uuid_ptr);
	UP_TO("token", vfio_device_bind_iommufd, token_uuid_ptr);
}
#endif
#ifdef VFIO_DEVICE_FEATURE_DMA_BUF
void vfio_dma_buf(void)
{
	NUMBER("dmabuf", VFIO_DEVICE_FEATURE_DMA_BUF);
	FIELD("dmabuf", vfio_device_feature_dma_buf, region_index);
	FIELD("dmabuf", vfio_device_feature_dma_buf, open_flags);
	FIELD("dmabuf", vfio_device_feature_dma_buf, flags);
	FIELD("dmabuf", vfio_device_feature_dma_buf, nr_ranges);
	SAY("dmabuf", "vfio_device_feature_dma_buf", AT(vfio_device_feature_dma_buf, dma_ranges));
	SAY("dmabuf", "vfio_device_feature_dma_buf.dma_ranges", AT(vfio_device_feature_dma_buf, dma_ranges));
	FIELD("dmabuf", vfio_region_dma_range, offset);
	FIELD("dmabuf", vfio_region_dma_range, length);
	UP_TO("dmabuf", vfio_region_dma_range, length);
}
#endif

#ifdef IOMMUFD_TYPE
void iommufd(void)
{
	NUMBER("iommufd", IOMMU_DESTROY);
	NUMBER("iommufd", IOMMU_IOAS_ALLOC);
	NUMBER("iommufd", IOMMU_IOAS_ALLOW_IOVAS);
	NUMBER("iommufd", IOMMU_IOAS_IOVA_RANGES);
	NUMBER("iommufd", IOMMU_IOAS_MAP);
	NUMBER("iommufd", IOMMU_IOAS_UNMAP);
	NUMBER("iommufd", IOMMU_OPTION);
	NUMBER("iommufd", IOMMU_VFIO_IOAS);
	NUMBER("iommufd", IOMMU_IOAS_COPY);
	NUMBER("iommufd", IOMMU_HWPT_ALLOC);
	NUMBER("iommufd", IOMMU_GET_HW_INFO);
	NUMBER("iommufd", IOMMU_HWPT_SET_DIRTY_TRACKING);
	NUMBER("iommufd", IOMMU_HWPT_GET_DIRTY_BITMAP);
	NUMBER("iommufd", IOMMU_HWPT_INVALIDATE);

	FIELD("iommufd", iommu_destroy, size);
	FIELD("iommufd", iommu_destroy, id);
	UP_TO("iommufd", iommu_destroy, id);

	FIELD("iommufd", iommu_ioas_alloc, size);
	FIELD("iommufd", iommu_ioas_alloc, flags);
	FIELD("iommufd", iommu_ioas_alloc, out_ioas_id);
	UP_TO("iommufd", iommu_ioas_alloc, out_ioas_id);

	FIELD("iommufd", iommu_ioas_iova_ranges, size);
	FIELD("iommufd", iommu_ioas_iova_ranges, ioas_id);
	FIELD("iommufd", iommu_ioas_iova_ranges, num_iovas);
	FIELD("iommufd", iommu_ioas_iova_ranges, allowed_iovas);
	FIELD("iommufd", iommu_ioas_iova_ranges, out_iova_alignment);
	UP_TO("iommufd", iommu_ioas_iova_ranges, out_iova_alignment);
	FIELD("iommufd", iommu_iova_range, start);
	FIELD("iommufd", iommu_iova_range, last);
	UP_TO("iommufd", iommu_iova_range, last);

	FIELD("iommufd", iommu_ioas_map, size);
	FIELD("iommufd", iommu_ioas_map, flags);
	FIELD("iommufd", iommu_ioas_map, ioas_id);
	FIELD("iommufd", iommu_ioas_map, user_va);
	FIELD("iommufd", iommu_ioas_map, length);
	FIELD("iommufd", iommu_ioas_map, iova);
	UP_TO("iommufd", iommu_ioas_map, iova);
	NUMBER("iommufd", IOMMU_IOAS_MAP_FIXED_IOVA);
	NUMBER("iommufd", IOMMU_IOAS_MAP_WRITEABLE);
	NUMBER("iommufd", IOMMU_IOAS_MAP_READABLE);

	FIELD("iommufd", iommu_ioas_unmap, size);
	FIELD("iommufd", iommu_ioas_unmap, ioas_id);
	FIELD("iommufd", iommu_ioas_unmap, iova);
	FIELD("iommufd", iommu_ioas_unmap, length);
	UP_TO("iommufd", iommu_ioas_unmap, length);

	FIELD("iommufd", iommu_vfio_ioas, size);
	FIELD("iommufd", iommu_vfio_ioas, ioas_id);
	FIELD("iommufd", iommu_vfio_ioas, op);
	UP_TO("iommufd", iommu_vfio_ioas, __reserved);
	NUMBER("iommufd", IOMMU_VFIO_IOAS_GET);
	NUMBER("iommufd", IOMMU_VFIO_IOAS_SET);
	NUMBER("iommufd", IOMMU_VFIO_IOAS_CLEAR);

	FIELD("iommufd", iommu_ioas_copy, size);
	FIELD("iommufd", iommu_ioas_copy, flags);
	FIELD("iommufd", iommu_ioas_copy, dst_ioas_id);
	FIELD("iommufd", iommu_ioas_copy, src_ioas_id);
	FIELD("iommufd", iommu_ioas_copy, length);
	FIELD("iommufd", iommu_ioas_copy, dst_iova);
	FIELD("iommufd", iommu_ioas_copy, src_iova);
	UP_TO("iommufd", iommu_ioas_copy, src_iova);

	FIELD("iommufd", iommu_ioas_allow_iovas, size);
	FIELD("iommufd", iommu_ioas_allow_iovas, ioas_id);
	FIELD("iommufd", iommu_ioas_allow_iovas, num_iovas);
	FIELD("iommufd", iommu_ioas_allow_iovas, allowed_iovas);
	UP_TO("iommufd", iommu_ioas_allow_iovas, allowed_iovas);

	FIELD("iommufd", iommu_option, size);
	FIELD("iommufd", iommu_option, option_id);
	FIELD("iommufd", iommu_option, op);
	FIELD("iommufd", iommu_option, object_id);
	FIELD("iommufd", iommu_option, val64);
	UP_TO("iommufd", iommu_option, val64);

	FIELD("iommufd", iommu_hw_info, size);
	FIELD("iommufd", iommu_hw_info, flags);
	FIELD("iommufd", iommu_hw_info, dev_id);
	FIELD("iommufd", iommu_hw_info, data_len);
	FIELD("iommufd", iommu_hw_info, data_uptr);
	FIELD("iommufd", iommu_hw_info, out_data_type);
	FIELD("iommufd", iommu_hw_info, out_capabilities);
	UP_TO("iommufd", iommu_hw_info, out_capabilities);

	FIELD("iommufd", iommu_hwpt_alloc, size);
	FIELD("iommufd", iommu_hwpt_alloc, flags);
	FIELD("iommufd", iommu_hwpt_alloc, dev_id);
	FIELD("iommufd", iommu_hwpt_alloc, pt_id);
	FIELD("iommufd", iommu_hwpt_alloc, out_hwpt_id);
	FIELD("iommufd", iommu_hwpt_alloc, data_type);
	FIELD("iommufd", iommu_hwpt_alloc, data_len);
	FIELD("iommufd", iommu_hwpt_alloc, data_uptr);
	UP_TO("iommufd", iommu_hwpt_alloc, data_uptr);

	FIELD("iommufd", iommu_hwpt_set_dirty_tracking, size);
	FIELD("iommufd", iommu_hwpt_set_dirty_tracking, flags);
	FIELD("iommufd", iommu_hwpt_set_dirty_tracking, hwpt_id);
	UP_TO("iommufd", iommu_hwpt_set_dirty_tracking, __reserved);

	FIELD("iommufd", iommu_hwpt_get_dirty_bitmap, size);
	FIELD("iommufd", iommu_hwpt_get_dirty_bitmap, hwpt_id);
	FIELD("iommufd", iommu_hwpt_get_dirty_bitmap, flags);
	FIELD("iommufd", iommu_hwpt_get_dirty_bitmap, iova);
	FIELD("iommufd", iommu_hwpt_get_dirty_bitmap, length);
	FIELD("iommufd", iommu_hwpt_get_dirty_bitmap, page_size);
	FIELD("iommufd", iommu_hwpt_get_dirty_bitmap, data);
	UP_TO("iommufd", iommu_hwpt_get_dirty_bitmap, data);
	NUMBER("iommufd", IOMMU_OPTION_RLIMIT_MODE);
	NUMBER("iommufd", IOMMU_OPTION_HUGE_PAGES);
	NUMBER("iommufd", IOMMU_OPTION_OP_SET);
	NUMBER("iommufd", IOMMU_OPTION_OP_GET);
	FIELD("iommufd", iommu_hw_info_vtd, flags);
	UP_TO("iommufd", iommu_hw_info_vtd, ecap_reg);
	NUMBER("iommufd", IOMMU_HW_INFO_TYPE_INTEL_VTD);
	NUMBER("iommufd", IOMMU_HW_INFO_VTD_ERRATA_772415_SPR17);
	NUMBER("iommufd", IOMMU_HW_CAP_DIRTY_TRACKING);
	NUMBER("iommufd", IOMMU_HWPT_ALLOC_NEST_PARENT);
	NUMBER("iommufd", IOMMU_HWPT_ALLOC_DIRTY_TRACKING);
	NUMBER("iommufd", IOMMU_HWPT_DIRTY_TRACKING_ENABLE);
	NUMBER("iommufd", IOMMU_HWPT_GET_DIRTY_BITMAP_NO_CLEAR);
}
#endif

#ifdef IOMMU_IOAS_CHANGE_PROCESS
void iommufd_of_files(void)
{
	NUMBER("files", IOMMU_IOAS_MAP_FILE);
	NUMBER("files", IOMMU_IOAS_CHANGE_PROCESS);
	NUMBER("files", IOMMU_VIOMMU_ALLOC);
	NUMBER("files", IOMMU_VDEVICE_ALLOC);

	FIELD("files", iommu_ioas_map_file, size);
	FIELD("files", iommu_ioas_map_file, flags);
	FIELD("files", iommu_ioas_map_file, ioas_id);
	FIELD("files", iommu_ioas_map_file, fd);
	FIELD("files", iommu_ioas_map_file, start);
	FIELD("files", iommu_ioas_map_file, length);
	FIELD("files", iommu_ioas_map_file, iova);
	UP_TO("files", iommu_ioas_map_file, iova);

	FIELD("files", iommu_ioas_change_process, size);
	UP_TO("files", iommu_ioas_change_process, __reserved);
}
#endif

#ifdef KVM_DEV_TYPE_VFIO
/* The names of the attributes are those before Linux 6.2, which newer headers keep. */
void kvm(void)
{
	NUMBER("kvm", KVM_API_VERSION);
	NUMBER("kvm", KVM_CAP_DEVICE_CTRL);
	NUMBER("kvm", KVM_GET_API_VERSION);
	NUMBER("kvm", KVM_CREATE_VM);
	NUMBER("kvm", KVM_CHECK_EXTENSION);
	NUMBER("kvm", KVM_CREATE_DEVICE);
	NUMBER("kvm", KVM_SET_DEVICE_ATTR);
	NUMBER("kvm", KVM_HAS_DEVICE_ATTR);

	NUMBER("kvm", KVM_DEV_TYPE_VFIO);
	NUMBER("kvm", KVM_CREATE_DEVICE_TEST);
	FIELD("kvm", kvm_create_device, type);
	FIELD("kvm", kvm_create_device, fd);
	FIELD("kvm", kvm_create_device, flags);
	UP_TO("kvm", kvm_create_device, flags);

	NUMBER("kvm", KVM_DEV_VFIO_GROUP);
	NUMBER("kvm", KVM_DEV_VFIO_GROUP_ADD);
	NUMBER("kvm", KVM_DEV_VFIO_GROUP_DEL);
	FIELD("kvm", kvm_device_attr, flags);
	FIELD("kvm", kvm_device_attr, group);
	FIELD("kvm", kvm_device_attr, attr);
	FIELD("kvm", kvm_device_attr, addr);
	UP_TO("kvm", kvm_device_attr, addr);
}
#endif
