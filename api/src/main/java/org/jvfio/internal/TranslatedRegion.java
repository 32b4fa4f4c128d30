// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jvfio.IommuRegion;
import org.jvfio.IovaRange;
import org.jvfio.spi.Teardown;

/** A virtual IOMMU's region, and who follows its translations. */
public final class TranslatedRegion implements IommuRegion {
    private final String name;
    private final long size;
    private final Translations translations;
    private final List<Observer> observers = new CopyOnWriteArrayList<>();

    /** A region that nobody follows yet. */
    public TranslatedRegion(String name, long size, Translations translations) {
        this.name = name;
        this.size = size;
        this.translations = translations;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public void map(Translation translation) {
        checkWithin(translation.range());
        Teardown all = new Teardown();
        observers.forEach(observer -> all.step(() -> observer.mapped(this, translation)));
        all.finish();
    }

    @Override
    public void unmap(IovaRange range) {
        checkWithin(range);
        Teardown all = new Teardown();
        observers.forEach(observer -> all.step(() -> observer.unmapped(this, range)));
        all.finish();
    }

    private void checkWithin(IovaRange range) {
        if (size != 0 && !Ranges.isBelow(range.last(), size)) {
            throw new IllegalArgumentException(
                    "%s: not within %s, which has 0x%x bytes".formatted(range, name, size));
        }
    }

    void replay(IovaRange range, Consumer<Translation> each) {
        translations.replay(range, each);
    }

    void observe(Observer observer) {
        observers.add(observer);
    }

    void forget(Observer observer) {
        observers.remove(observer);
    }

    @Override
    public String toString() {
        return name;
    }

    /** Who keeps page tables equal to the translations. */
    interface Observer {
        void mapped(TranslatedRegion region, Translation translation);

        void unmapped(TranslatedRegion region, IovaRange range);
    }
}
