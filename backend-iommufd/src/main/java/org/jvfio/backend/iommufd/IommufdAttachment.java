// SPDX-License-Identifier: Apache-2.0
package org.jvfio.backend.iommufd;

import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.jvfio.AttachOptions;
import org.jvfio.Descriptor;
import org.jvfio.device.DeviceNode;
import org.jvfio.linux.CharacterDevice;
import org.jvfio.linux.DeviceDmaLog;
import org.jvfio.linux.DeviceFd;
import org.jvfio.linux.Errno;
import org.jvfio.linux.Kernel;
import org.jvfio.linux.KernelException;
import org.jvfio.linux.MediatedAdvice;
import org.jvfio.linux.uapi.VfToken;
import org.jvfio.spi.Attachment;
import org.jvfio.spi.DmaLogging;
import org.jvfio.spi.HotReset;
import org.jvfio.spi.KvmFiles;
import org.jvfio.spi.Teardown;
import org.jvfio.spi.VFIOIOMMUOps;

/** A device bound to an iommufd object, on its way behind an IOAS. */
final class IommufdAttachment implements Attachment {
    private final DeviceNode node;
    private final IommufdObject object;
    private final DeviceFd file;
    private final Optional<KvmFiles> kvm;
    private final BoundDevices passed;
    private final Optional<Descriptor> descriptor;
    private int device;
    private @Nullable Place place;
    private boolean told;
    private boolean closed;

    /** Where the device is attached: empty page tables stand for the IOAS itself. */
    private record Place(Ioas ioas, Optional<Hwpt> pageTables) {}

    private IommufdAttachment(
            DeviceNode node,
            IommufdObject object,
            DeviceFd file,
            BoundDevices passed,
            Optional<Descriptor> descriptor,
            Optional<KvmFiles> kvm) {
        this.kvm = kvm;
        this.node = node;
        this.object = object;
        this.file = file;
        this.passed = passed;
        this.descriptor = descriptor;
    }

    /** Opens the device's character device, unless it is passed, and binds it to {@code object}. */
    static IommufdAttachment open(
            Kernel kernel,
            DeviceNode node,
            IommufdObject object,
            BoundDevices passed,
            AttachOptions options,
            Optional<KvmFiles> kvm) {
        Optional<Descriptor> descriptor = options.descriptor();
        DeviceFd file =
                descriptor.isPresent()
                        ? CharacterDevice.passed(kernel, node, descriptor.get().number())
                        : CharacterDevice.open(kernel, node);
        try {
            object.enter(node.name());
        } catch (RuntimeException refused) {
            throw Teardown.after(refused, file::close);
        }
        IommufdAttachment attachment =
                new IommufdAttachment(node, object, file, passed, descriptor, kvm);
        try {
            kvm.ifPresent(attachment::tell);
            attachment.bind(options.vfToken());
            return attachment;
        } catch (KernelException refused) {
            throw Teardown.after(
                    refused.about(attachment.object(), attachment.bindAdvice(refused.errno())),
                    attachment::close);
        } catch (RuntimeException refused) {
            throw Teardown.after(refused, attachment::close);
        }
    }

    /** Tells the virtual machine of the device, which looks for it as soon as it is bound. */
    private void tell(KvmFiles machine) {
        machine.add(file.fd(), object());
        told = true;
    }

    private void bind(Optional<UUID> token) throws KernelException {
        if (descriptor.isPresent()) {
            device = passed.bind(file, node, object, token);
        } else if (token.isPresent()) {
            device = file.bind(object.file(), token.get());
        } else {
            device = file.bind(object.file());
        }
    }

    private String bindAdvice(Errno errno) {
        return MediatedAdvice.of(errno, node, kvm.isPresent())
                .orElseGet(() -> usualBindAdvice(errno));
    }

    private String usualBindAdvice(Errno errno) {
        if (errno.equals(Errno.EBUSY)) {
            return "its IOMMU group is in use through /dev/vfio, by this process or another; one"
                    + " interface at a time";
        }
        if (errno.equals(Errno.EPERM)) {
            return "either the IOMMU does not remap interrupts, so the device could forge them"
                    + " (accept that with iommufd.allow_unsafe_interrupts=1), or a device of its"
                    + " IOMMU group is bound to a driver of the kernel (see jvfio list)";
        }
        if (errno.equals(Errno.EACCES)) {
            return VfToken.ADVICE;
        }
        if (errno.equals(Errno.EINVAL)) {
            return descriptor.isPresent()
                    ? "it is bound to an iommufd already: this open file to another than "
                            + object
                            + ", or another open of this device; attach through the iommufd object"
                            + " of the first time, or open the device anew"
                    : "it is bound to an iommufd already, through another open of this device";
        }
        return errno.meaning();
    }

    @Override
    public Optional<VFIOIOMMUOps> bound() {
        return Optional.empty();
    }

    @Override
    public boolean join(VFIOIOMMUOps tables) {
        Ioas ioas = (Ioas) tables;
        if (ioas.object() != object) {
            return false;
        }
        try {
            attach(ioas);
            return true;
        } catch (KernelException refused) {
            if (doesNotFit(refused.errno())) {
                return false;
            }
            throw refused.about(object(), attachAdvice(refused.errno()));
        }
    }

    /** Another kind of IOMMU, or reserved addresses where something is mapped. */
    private static boolean doesNotFit(Errno errno) {
        return errno.equals(Errno.EINVAL) || errno.equals(Errno.EADDRINUSE);
    }

    @Override
    public VFIOIOMMUOps create() {
        Ioas ioas = Ioas.allocate(object, node.name());
        try {
            attach(ioas);
            return ioas;
        } catch (KernelException refused) {
            throw Teardown.after(
                    refused.about(object(), attachAdvice(refused.errno())), ioas::close);
        }
    }

    private void attach(Ioas ioas) throws KernelException {
        PageTableSet tables = ioas.pageTables();
        if (node.mediated()) {
            tables.attachToIoas(file, node.name());
            place = new Place(ioas, Optional.empty());
        } else {
            place = new Place(ioas, tables.attach(file, device, node.name()));
        }
        ioas.enter(device);
    }

    private static String attachAdvice(Errno errno) {
        if (errno.equals(Errno.EBUSY) || errno.equals(Errno.EINVAL)) {
            return "another device of its IOMMU group is behind other page tables, or the group is"
                    + " being reset; attach all devices of a group to one address space";
        }
        return errno.meaning();
    }

    private String object() {
        return file.path() + " (" + node.name() + ")";
    }

    @Override
    public int descriptor() {
        return file.fd();
    }

    @Override
    public Optional<HotReset> hotReset() {
        return Optional.of(new IommufdHotReset(file, object()));
    }

    @Override
    public void takeOver() {
        if (descriptor.isPresent() && descriptor.get().owned()) {
            file.takeOver();
            passed.forget(file.fd());
        }
    }

    @Override
    public Optional<DmaLogging> dmaLogging() {
        return DeviceDmaLog.of(file, node.name());
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        Teardown teardown = new Teardown();
        Place left = place;
        if (left != null) {
            left.ioas().leave(device);
            teardown.step(this::detach);
            teardown.step(() -> left.ioas().pageTables().leave(left.pageTables(), node.name()));
        }
        if (told) {
            kvm.ifPresent(machine -> teardown.step(() -> machine.remove(file.fd(), object())));
        }
        teardown.step(file::close);
        teardown.step(() -> object.leave(node.name()));
        teardown.finish();
    }

    private void detach() {
        try {
            file.detach();
        } catch (KernelException refused) {
            throw refused.about(object());
        }
    }
}
