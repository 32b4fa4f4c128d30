// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.jvfio.testkit.Seam.PAGE;
import static org.jvfio.testkit.Seam.refused;

import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvfio.linux.Errno;
import org.jvfio.linux.Ioctl;
import org.jvfio.linux.uapi.IommuOption;
import org.jvfio.linux.uapi.IommufdRequests;
import org.jvfio.linux.uapi.VfioIoas;
import org.jvfio.linux.uapi.VfioRequests;
import org.jvfio.testkit.acceptance.AcceptanceLog;

/** The cases of the kernel's fixture {@code iommufd}, by their names there. */
@ExtendWith(AcceptanceLog.class)
final class IommufdBasicsTest {
    private static final int HUGE_PAGES = IommuOption.HUGE_PAGES;
    private static final int RLIMIT_MODE = IommuOption.RLIMIT_MODE;

    private Seam seam;
    private IommuFile iommu;

    @BeforeEach
    void open() {
        seam = Seam.open();
        iommu = new IommuFile(seam);
    }

    @AfterEach
    void close() {
        seam.close();
    }

    private int set(int option, int object, long value) {
        return iommu.call(IommufdRequests.OPTION, IommuOption.set(option, object, value));
    }

    private long get(int option, int object) {
        IommuOption question = IommuOption.get(option, object);
        int result = iommu.call(IommufdRequests.OPTION, question);
        return result < 0 ? result : question.value();
    }

    @Test
    @DisplayName("IU-1 iommufd simple_close")
    void simple_close() {
        seam.close(iommu.fd);
        refused(Errno.EBADF, iommu.destroy(1));
    }

    @Test
    @DisplayName("IU-2 iommufd cmd_fail")
    void cmd_fail() {
        refused(Errno.ENOENT, iommu.destroy(0));
        refused(Errno.EFAULT, seam.ioctl(iommu.fd, IommufdRequests.DESTROY, 0));
        Ioctl unknown = Ioctl.io("the last number there is", ';', 255);
        refused(Errno.ENOTTY, iommu.call(unknown, Words.of(8, 0)));
    }

    /** A request, how long its struct was at first, and how long it is. */
    record Length(Ioctl request, int first, int known) {
        @Override
        public String toString() {
            return request.name();
        }
    }

    static Stream<Length> lengths() {
        return Stream.of(
                new Length(IommufdRequests.DESTROY, 8, 8),
                new Length(IommufdRequests.GET_HW_INFO, 32, 40),
                new Length(IommufdRequests.HWPT_ALLOC, 24, 48),
                new Length(IommufdRequests.HWPT_INVALIDATE, 32, 32),
                new Length(IommufdRequests.IOAS_ALLOC, 12, 12),
                new Length(IommufdRequests.IOAS_IOVA_RANGES, 32, 32),
                new Length(IommufdRequests.IOAS_ALLOW_IOVAS, 24, 24),
                new Length(IommufdRequests.IOAS_MAP, 40, 40),
                new Length(IommufdRequests.IOAS_COPY, 40, 40),
                new Length(IommufdRequests.IOAS_UNMAP, 24, 24),
                new Length(IommufdRequests.OPTION, 24, 24),
                new Length(IommufdRequests.VFIO_IOAS, 12, 12),
                new Length(IommufdRequests.IOAS_MAP_FILE, 40, 40),
                new Length(IommufdRequests.VIOMMU_ALLOC, 24, 40),
                new Length(IommufdRequests.VDEVICE_ALLOC, 24, 24),
                new Length(IommufdRequests.IOAS_CHANGE_PROCESS, 8, 8));
    }

    @ParameterizedTest(name = "IU-3 iommufd cmd_length")
    @MethodSource("lengths")
    void cmd_length(Length length) {
        refused(Errno.EINVAL, zeros(length, length.first - 1, 0));
        refused(Errno.E2BIG, zeros(length, length.known + 1, 0xff));
        int exact = zeros(length, length.known, 0);
        assertEquals(exact, zeros(length, length.known + 1, 0));
    }

    private int zeros(Length length, int size, int behind) {
        Words argument = new Words(length.known / Integer.BYTES + 1);
        argument.u32(0, size).u8(length.known, behind);
        return iommu.call(length.request, argument);
    }

    @Test
    @DisplayName("IU-4 iommufd cmd_ex_fail")
    void cmd_ex_fail() {
        refused(Errno.ENOENT, iommu.call(IommufdRequests.DESTROY, Words.of(12, 0, 0)));
        refused(Errno.E2BIG, iommu.call(IommufdRequests.DESTROY, Words.of(12, 0, 1)));
        refused(Errno.EINVAL, iommu.call(IommufdRequests.DESTROY, Words.of(7, 0, 0)));
    }

    @Test
    @DisplayName("IU-5 iommufd global_options")
    void global_options() {
        assertEquals(0, get(RLIMIT_MODE, 0));
        assertEquals(0, set(RLIMIT_MODE, 0, 1));
        assertEquals(1, get(RLIMIT_MODE, 0));
        refused(Errno.EINVAL, set(RLIMIT_MODE, 0, 2));
        assertEquals(0, set(RLIMIT_MODE, 0, 0));
        refused(Errno.EOPNOTSUPP, set(RLIMIT_MODE, 1, 0));
        refused(Errno.EOPNOTSUPP, get(2, 0));
        refused(Errno.EOPNOTSUPP, iommu.call(IommufdRequests.OPTION, Words.of(24, 0, 2, 0, 0, 0)));
        refused(
                Errno.EOPNOTSUPP,
                iommu.call(IommufdRequests.OPTION, Words.of(24, 0, 0x10001, 0, 0, 0)));
        refused(Errno.ENOENT, get(HUGE_PAGES, 0));
        refused(Errno.ENOENT, set(HUGE_PAGES, 0, 1));
        int ioas = iommu.allocate();
        refused(Errno.EBUSY, set(RLIMIT_MODE, 0, 1));
        assertEquals(0, iommu.destroy(ioas));
        assertEquals(0, set(RLIMIT_MODE, 0, 1));
    }

    @Test
    @DisplayName("IU-6 iommufd simple_ioctls")
    void simple_ioctls() {
        assertEquals(0, seam.ioctl(iommu.fd, VfioRequests.GET_API_VERSION, 0));
        int v2 = VfioRequests.TYPE1V2_IOMMU;
        assertEquals(1, seam.ioctl(iommu.fd, VfioRequests.CHECK_EXTENSION, v2));
    }

    @Test
    @DisplayName("IU-7 iommufd unmap_cmd")
    void unmap_cmd() {
        var unmap = VfioRequests.IOMMU_UNMAP_DMA;
        refused(Errno.EINVAL, iommu.call(unmap, Words.of(1, 0, 0, 0, 0, 0)));
        refused(Errno.EINVAL, iommu.call(unmap, Words.of(24, 1 << 31, 0, 0, 0, 0)));
        refused(Errno.ENODEV, iommu.call(unmap, Words.of(24, 0, 0, 0, 0, 0)));
    }

    @Test
    @DisplayName("IU-8 iommufd map_cmd")
    void map_cmd() {
        var map = VfioRequests.IOMMU_MAP_DMA;
        refused(Errno.EINVAL, iommu.call(map, Words.of(1, 0, 0, 0, 0, 0, 0, 0)));
        refused(Errno.EINVAL, iommu.call(map, Words.of(32, 1 << 31, 0, 0, 0, 0, 0, 0)));
        refused(Errno.ENODEV, iommu.call(map, Words.of(32, 3, 0, 0, 0, 0, 0, 0)));
        // Without an IOAS it is not looked at whether there could be such a range.
        refused(Errno.ENODEV, iommu.call(map, Words.of(32, 3, -1, -1, -1, -1, -1, -1)));
    }

    @Test
    @DisplayName("IU-9 iommufd info_cmd")
    void info_cmd() {
        var info = VfioRequests.IOMMU_GET_INFO;
        refused(Errno.EINVAL, iommu.call(info, Words.of(1, 0, 0, 0, 0, 0)));
        refused(Errno.ENODEV, iommu.call(info, Words.of(24, 0, 0, 0, 0, 0)));
    }

    @ParameterizedTest(name = "IU-10 iommufd set_iommu_cmd")
    @ValueSource(ints = {VfioRequests.TYPE1_IOMMU, VfioRequests.TYPE1V2_IOMMU})
    void set_iommu_cmd(int type) {
        refused(Errno.ENODEV, seam.ioctl(iommu.fd, VfioRequests.SET_IOMMU, type));
    }

    @Test
    @DisplayName("IU-11 iommufd vfio_ioas")
    void vfio_ioas() {
        var request = IommufdRequests.VFIO_IOAS;
        refused(Errno.ENODEV, iommu.call(request, VfioIoas.get()));
        refused(Errno.ENOENT, iommu.call(request, VfioIoas.set(-1)));
        int ioas = iommu.allocate();
        assertEquals(0, iommu.call(request, VfioIoas.set(ioas)));
        VfioIoas question = VfioIoas.get();
        assertEquals(0, iommu.call(request, question));
        assertEquals(ioas, question.ioas());
        assertEquals(0, iommu.call(request, VfioIoas.clear()));
        refused(Errno.ENODEV, iommu.call(request, VfioIoas.get()));
    }

    /** The fixture {@code change_process}, as far as one process goes. */
    @Test
    @DisplayName("IU-12 change_process basic")
    void change_process_basic() {
        int ioas = iommu.allocate();
        Words change = Words.of(8, 0);
        assertEquals(0, iommu.call(IommufdRequests.IOAS_CHANGE_PROCESS, change));
        long vaddr = seam.memory(PAGE);
        assertEquals(0, iommu.map(ioas, 0x10000, vaddr, PAGE));
        refused(Errno.EINVAL, iommu.call(IommufdRequests.IOAS_CHANGE_PROCESS, change));
        assertEquals(PAGE, iommu.unmap(ioas, 0, -1));
        int file = seam.memoryFile(PAGE);
        assertEquals(0, iommu.mapFile(ioas, 0x10000, file, 0, PAGE, IommuFile.FIXED));
        assertEquals(0, iommu.call(IommufdRequests.IOAS_CHANGE_PROCESS, change));
        refused(Errno.EOPNOTSUPP, iommu.call(IommufdRequests.IOAS_CHANGE_PROCESS, Words.of(8, 1)));
    }
}
