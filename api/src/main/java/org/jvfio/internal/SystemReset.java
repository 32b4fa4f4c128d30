// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jvfio.VfioException;
import org.jvfio.device.DeviceReset;
import org.jvfio.device.DeviceReset.Method;
import org.jvfio.device.HotResetFunction;
import org.jvfio.device.HotResetFunction.Holding;
import org.jvfio.device.HotResetPlan;
import org.jvfio.device.PciDevice;
import org.jvfio.device.VfioDevice;

/** A reset of many devices, each in the way that suits it. */
final class SystemReset {
    private final Map<String, DeviceReset> done = new LinkedHashMap<>();

    private SystemReset() {}

    /** Resets these devices and says what became of each, in their order. */
    static List<DeviceReset> of(List<VfioDevice> devices) {
        SystemReset reset = new SystemReset();
        devices.forEach(reset::byItselfIfGood);
        devices.forEach(reset::withItsBus);
        return devices.stream().map(device -> reset.result(device.name())).toList();
    }

    private DeviceReset result(String device) {
        DeviceReset result = done.get(device);
        return result != null
                ? result
                : new DeviceReset(device, Method.NONE, "it went while the others were reset");
    }

    private void note(String device, Method method, String explanation) {
        done.put(device, new DeviceReset(device, method, explanation));
    }

    private void byItselfIfGood(VfioDevice device) {
        try {
            if (!wantsHotReset(device)) {
                device.reset();
                note(device.name(), Method.OWN, "it has a reset of its own");
            }
        } catch (VfioException | IllegalStateException refused) {
            note(device.name(), Method.NONE, text(refused));
        }
    }

    private static boolean wantsHotReset(VfioDevice device) {
        return device instanceof PciDevice pci
                ? pci.resets().wantsHotReset()
                : !device.resettable();
    }

    /** Those that no reset of their own has reset, together with all that share their bus. */
    private void withItsBus(VfioDevice device) {
        DeviceReset before = done.get(device.name());
        if (before != null && before.method() != Method.NONE) {
            return;
        }
        Optional<String> refusal =
                device instanceof PciDevice pci
                        ? hotReset(pci)
                        : Optional.of("the kernel knows no way to reset it");
        if (refusal.isPresent()) {
            String why = before == null ? "" : before.explanation() + "; ";
            lastResort(device, before != null, why + refusal.get());
        }
    }

    /** Resets a function's bus; empty if that went well. */
    private Optional<String> hotReset(PciDevice device) {
        try {
            HotResetPlan plan = device.hotReset();
            if (!plan.possible()) {
                return Optional.of(String.join("; ", plan.obstacles()));
            }
            plan.execute();
            List<HotResetFunction> functions = plan.functions();
            functions.stream()
                    .filter(function -> function.holding() == Holding.OPEN)
                    .map(function -> function.address().name())
                    .filter(this::isLeft)
                    .forEach(name -> note(name, Method.HOT, "its bus was reset: " + functions));
            return Optional.empty();
        } catch (VfioException | IllegalStateException refused) {
            return Optional.of(text(refused));
        }
    }

    private boolean isLeft(String device) {
        DeviceReset before = done.get(device);
        return before == null || before.method() == Method.NONE;
    }

    /** By itself after all, unless that was tried. */
    private void lastResort(VfioDevice device, boolean tried, String why) {
        try {
            if (!tried && device.resettable()) {
                device.reset();
                note(device.name(), Method.OWN, "no hot reset: " + why);
                return;
            }
            note(device.name(), Method.NONE, why);
        } catch (VfioException | IllegalStateException refused) {
            note(device.name(), Method.NONE, why + "; " + text(refused));
        }
    }

    private static String text(RuntimeException refused) {
        return String.valueOf(refused.getMessage());
    }
}
