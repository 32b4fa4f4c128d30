// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device.ccw;

import java.util.Optional;
import java.util.OptionalLong;
import org.jvfio.AddressSpace;
import org.jvfio.VfioException;
import org.jvfio.device.CcwDevice;
import org.jvfio.device.ChannelResult;
import org.jvfio.device.Crw;
import org.jvfio.device.DeviceNode;
import org.jvfio.device.Interrupts;
import org.jvfio.device.Irb;
import org.jvfio.device.Migration;
import org.jvfio.device.Orb;
import org.jvfio.device.Region;
import org.jvfio.device.Schib;
import org.jvfio.device.SubchannelAddress;
import org.jvfio.linux.KernelDevice;
import org.jvfio.linux.KernelException;
import org.jvfio.linux.LinuxHost;
import org.jvfio.linux.uapi.CcwCmdRegion;
import org.jvfio.linux.uapi.CcwCrwRegion;
import org.jvfio.linux.uapi.CcwIoRegion;
import org.jvfio.linux.uapi.CcwSchibRegion;
import org.jvfio.linux.uapi.DeviceInfo;
import org.jvfio.spi.DeviceContext;

/** A subchannel that vfio_ccw has opened. */
final class VfioCcw implements CcwDevice {
    private final KernelDevice device;
    private final SubchannelAddress subchannel;
    private final CcwRegions regions;
    private final ChannelRequests requests;

    private VfioCcw(KernelDevice device, SubchannelAddress subchannel, CcwRegions regions) {
        this.device = device;
        this.subchannel = subchannel;
        this.regions = regions;
        this.requests = new ChannelRequests(device.file(), device.name());
    }

    static VfioCcw open(DeviceContext context) {
        SubchannelAddress subchannel = subchannelOf(context);
        KernelDevice device = KernelDevice.open(context, DeviceInfo.CCW, new CcwLayout());
        CcwRegions regions = CcwRegions.of(device);
        if (device.interruptCount() <= CcwLayout.IO
                || device.interrupts(CcwLayout.IO).count() == 0) {
            throw new VfioException(
                    device.name(),
                    "VFIO_DEVICE_GET_IRQ_INFO",
                    "no I/O interrupt: without it nobody learns how a program ended");
        }
        return new VfioCcw(device, subchannel, regions);
    }

    /** The parent of the mediated device, where it is in sysfs. */
    private static SubchannelAddress subchannelOf(DeviceContext context) {
        DeviceNode node = context.node();
        try {
            String path = LinuxHost.of(context.host()).kernel().files().resolve(node.path());
            return SubchannelAddress.of(path.substring(0, Math.max(0, path.lastIndexOf('/'))));
        } catch (KernelException gone) {
            throw gone.about(node.path());
        } catch (IllegalArgumentException another) {
            throw new VfioException(
                    node.name(),
                    "attach",
                    "its parent is no subchannel: " + another.getMessage(),
                    another);
        }
    }

    @Override
    public SubchannelAddress subchannel() {
        return subchannel;
    }

    @Override
    public ChannelResult start(Orb request) {
        return requests.make(
                "start", regions.io(), new CcwIoRegion(request.bytes()), CcwIoRegion.REQUEST_SIZE);
    }

    @Override
    public boolean haltsAndClears() {
        return regions.command().isPresent();
    }

    @Override
    public ChannelResult halt() {
        return command("halt", CcwCmdRegion.HALT);
    }

    @Override
    public ChannelResult clear() {
        return command("clear", CcwCmdRegion.CLEAR);
    }

    private ChannelResult command(String what, int command) {
        device.file().fd();
        OptionalLong region = regions.command();
        return region.isPresent()
                ? requests.make(
                        what, region.getAsLong(), new CcwCmdRegion(command), CcwCmdRegion.SIZE)
                : ChannelResult.UNSUPPORTED;
    }

    @Override
    public Irb irb() {
        return Irb.from(requests.read("I/O region", regions.io(), new CcwIoRegion()).irb());
    }

    @Override
    public Optional<Schib> schib() {
        device.file().fd();
        OptionalLong region = regions.schib();
        return region.isPresent()
                ? Optional.of(
                        Schib.from(
                                requests.read(
                                                "schib region",
                                                region.getAsLong(),
                                                new CcwSchibRegion())
                                        .schib()))
                : Optional.empty();
    }

    @Override
    public Optional<Crw> nextReport() {
        device.file().fd();
        OptionalLong region = regions.report();
        if (region.isEmpty()) {
            return Optional.empty();
        }
        int word = requests.read("crw region", region.getAsLong(), new CcwCrwRegion()).report();
        return word == 0 ? Optional.empty() : Optional.of(new Crw(word));
    }

    @Override
    public Interrupts ioInterrupt() {
        return device.interrupts(CcwLayout.IO);
    }

    @Override
    public Optional<Interrupts> reportInterrupt() {
        return interruptIfThere(CcwLayout.REPORT);
    }

    @Override
    public Optional<Interrupts> requestInterrupt() {
        return interruptIfThere(CcwLayout.REQUEST);
    }

    private Optional<Interrupts> interruptIfThere(int index) {
        return index < device.interruptCount() && device.interrupts(index).count() > 0
                ? Optional.of(device.interrupts(index))
                : Optional.empty();
    }

    @Override
    public DeviceNode node() {
        return device.node();
    }

    @Override
    public AddressSpace addressSpace() {
        return device.addressSpace();
    }

    @Override
    public String backend() {
        return device.backend();
    }

    @Override
    public String backendReason() {
        return device.backendReason();
    }

    @Override
    public int regionCount() {
        return device.regionCount();
    }

    @Override
    public Region region(int index) {
        return device.region(index);
    }

    @Override
    public int interruptCount() {
        return device.interruptCount();
    }

    @Override
    public Interrupts interrupts(int index) {
        return device.interrupts(index);
    }

    @Override
    public boolean resettable() {
        return device.resettable();
    }

    @Override
    public void reset() {
        device.reset();
    }

    @Override
    public Optional<Migration> migration() {
        return device.migration();
    }

    @Override
    public void close() {
        device.close();
    }

    @Override
    public String toString() {
        return "subchannel " + subchannel + " " + name();
    }
}
