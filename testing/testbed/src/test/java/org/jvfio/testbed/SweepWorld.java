// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.jvfio.Access;
import org.jvfio.AddressSpace;
import org.jvfio.AttachOptions;
import org.jvfio.Descriptor;
import org.jvfio.DmaBuffer;
import org.jvfio.Iommufd;
import org.jvfio.IovaRange;
import org.jvfio.PeerMapping;
import org.jvfio.Vfio;
import org.jvfio.device.ApDevice;
import org.jvfio.device.CcwDevice;
import org.jvfio.device.MdevAddress;
import org.jvfio.device.Mmio;
import org.jvfio.device.PciAddress;
import org.jvfio.device.PciDevice;
import org.jvfio.device.PlatformDevice;
import org.jvfio.linux.KernelException;
import org.jvfio.linux.uapi.KvmRequests;
import org.jvfio.spi.NativeMemory;

/** A session on the machine of a sweep, and what one operation finds in it and leaves in it. */
final class SweepWorld {
    static final PciAddress EDU = GuestBench.EDU;
    static final PciAddress OTHER_EDU = GuestBench.OTHER_EDU;
    static final PciAddress NVME = GuestBench.NVME;

    /** Two devices of one group. */
    static final PciAddress ONE = PciAddress.of("0000:03:00.0");

    static final PciAddress TWO = PciAddress.of("0000:03:01.0");
    static final int PAGE = 4096;

    /** The legacy backend in the container that iommufd offers. */
    static final String COMPATIBLE = "legacy in /dev/iommu";

    /** A function that can have virtual functions, and the one that it has. */
    static final PciAddress PHYSICAL = PciAddress.of("0000:04:00.0");

    static final PciAddress VIRTUAL = PciAddress.of("0000:04:10.0");
    static final UUID TOKEN = new UUID(4, 10);

    /** A mediated device that was made of a subchannel. */
    static final MdevAddress<CcwDevice> SUBCHANNEL =
            MdevAddress.ccw(UUID.fromString("7e270a25-e163-4922-af60-757fc8ed48c6"));

    private static final int MOST_THREADS = 1024;

    /** What differs from run to run: the numbers of descriptors, and where memory is. */
    private static final String NUMBERS = "^1\\d{5} |, vaddr=\\d+| at 0x[0-9a-f]{9,}";

    private final SweptMachine machine;
    private final String backend;
    private final boolean compatible;
    private final Vfio vfio;
    private @Nullable Vfio virtualMachines;
    private @Nullable ApDevice matrix;
    private final List<Integer> passed = new ArrayList<>();
    private @Nullable PciDevice device;
    private @Nullable PlatformDevice platform;
    private @Nullable CcwDevice subchannel;
    private @Nullable Mmio mmio;
    private @Nullable PeerMapping peer;
    private @Nullable DmaBuffer buffer;
    private @Nullable Iommufd iommufd;

    SweepWorld(SweptMachine machine, String way) {
        this.machine = machine;
        this.backend = way.equals(COMPATIBLE) ? "legacy" : way;
        this.compatible = way.equals(COMPATIBLE);
        this.vfio = builder().open();
    }

    private Vfio.Builder builder() {
        Vfio.Builder builder = Vfio.builder().host(machine.host());
        return compatible ? builder.option("legacy.container", "/dev/iommu") : builder;
    }

    /** Opens another session, for a virtual machine; closed with this world. */
    void openForVirtualMachine() {
        int kvm = machine.kernel().open("/dev/kvm", 2);
        passed.add(kvm);
        try {
            int vm = KvmRequests.CREATE_VM.call(machine.kernel(), kvm, 0);
            virtualMachines = builder().kvm(Descriptor.owned(vm)).open();
        } catch (KernelException refused) {
            throw new IllegalStateException(refused);
        }
    }

    /** Attaches the machine's matrix, for the virtual machine. */
    void attachMatrix() {
        matrix =
                Objects.requireNonNull(virtualMachines, "session")
                        .addressSpace()
                        .attach(MdevAddress.ap(SweptMachine.MATRIX), options());
    }

    ApDevice matrix() {
        return Objects.requireNonNull(matrix, "matrix");
    }

    Vfio vfio() {
        return vfio;
    }

    AddressSpace space() {
        return vfio.addressSpace();
    }

    /** The backend under test. */
    String backend() {
        return backend;
    }

    AttachOptions options() {
        return AttachOptions.defaults().backend(backend);
    }

    /** The same memory for each session: a run of pages that stays. */
    NativeMemory memory() {
        return machine.memory();
    }

    /** Attaches, through the backend under test. */
    PciDevice attach(PciAddress address) {
        return attach(address, options());
    }

    PciDevice attach(PciAddress address, AttachOptions options) {
        device = space().attach(address, options);
        return device;
    }

    /** Attaches the machine's platform device, through the backend under test. */
    void attachPlatform() {
        platform = space().attach(SweptPlatform.CLOCK, options());
    }

    PlatformDevice platform() {
        return Objects.requireNonNull(platform, "platform");
    }

    void attachSubchannel() {
        subchannel = space().attach(SUBCHANNEL, options());
    }

    CcwDevice subchannel() {
        return Objects.requireNonNull(subchannel, "subchannel");
    }

    /** Attaches the other edu device through the other backend, into the same address space. */
    void attachThroughOther() {
        String other = backend.equals("legacy") ? "iommufd" : "legacy";
        space().attach(OTHER_EDU, AttachOptions.defaults().backend(other));
    }

    /** What was attached last. */
    PciDevice device() {
        return Objects.requireNonNull(device, "device");
    }

    /** Closes with the address space. */
    void trackDirty() {
        space().trackDirty();
    }

    void map(int page) {
        long address = memory().address() + (long) page * PAGE;
        space().map(range(page), address, Access.READ_WRITE);
    }

    static IovaRange range(int page) {
        return IovaRange.of(0x10_0000 + (long) page * PAGE, PAGE);
    }

    void allocate() {
        buffer = space().allocate(2 * PAGE);
    }

    DmaBuffer buffer() {
        return Objects.requireNonNull(buffer, "buffer");
    }

    /** Gives the devices the first page of the BAR of the device that was attached last. */
    void mapPeer() {
        peer = space().mapPeer(range(64), device().bar(0), 0, Access.READ_WRITE);
    }

    PeerMapping peer() {
        return Objects.requireNonNull(peer, "peer");
    }

    void mapBar() {
        mmio = device().bar(0).map();
    }

    Mmio mmio() {
        return Objects.requireNonNull(mmio, "mmio");
    }

    void openIommufd() {
        iommufd = vfio.openIommufd();
    }

    /** An iommufd object of a descriptor that was opened beside the session. */
    void takeIommufd(Descriptor descriptor) {
        iommufd = vfio.iommufd(descriptor);
    }

    Iommufd iommufd() {
        return Objects.requireNonNull(iommufd, "iommufd");
    }

    /** Opens {@code /dev/iommu} beside the session; closed with this world unless given away. */
    int openBeside() {
        int fd = machine.kernel().open("/dev/iommu", 2);
        passed.add(fd);
        return fd;
    }

    /** Opens an edu's character device beside the session; closed with this world. */
    int openDeviceBeside() {
        String path = vfio.device(EDU.name()).cdev().orElseThrow();
        int fd = machine.kernel().open(path, 2);
        passed.add(fd);
        return fd;
    }

    /** An eventfd of the caller's; closed with this world. */
    void makeEventfd() {
        passed.add(machine.kernel().eventfd(0, 0));
    }

    int beside() {
        return passed.get(0);
    }

    int lastBeside() {
        return passed.get(passed.size() - 1);
    }

    /** What the process holds of the machine, and whether its books agree with the kernel's. */
    List<String> holdings() {
        List<String> held = new ArrayList<>();
        machine.kernel().leftovers().forEach(left -> held.add(left.replaceAll(NUMBERS, "")));
        ownThreads().forEach(name -> held.add("thread " + name));
        held.sort(null);
        return held;
    }

    /** The names of jvfio's threads. Asked often: a stack trace of each would cost too much. */
    private static List<String> ownThreads() {
        Thread[] threads = new Thread[MOST_THREADS];
        int count = Thread.currentThread().getThreadGroup().enumerate(threads);
        return Stream.of(threads)
                .limit(count)
                .map(Thread::getName)
                .filter(name -> name.startsWith("jvfio-"))
                .toList();
    }

    /** Closes the session, and then what was opened beside it. */
    void close() {
        if (virtualMachines != null) {
            virtualMachines.close();
        }
        vfio.close();
        for (int fd : passed) {
            machine.kernel().close(fd);
        }
    }
}
