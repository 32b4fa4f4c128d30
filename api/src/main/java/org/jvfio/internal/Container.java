// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.jvfio.Access;
import org.jvfio.IovaRange;
import org.jvfio.MemoryFile;
import org.jvfio.spi.Attachment;
import org.jvfio.spi.Backend;
import org.jvfio.spi.FileMapping;
import org.jvfio.spi.VFIOIOMMUOps;

/** Page tables in use by an address space, the backend they came from, and the devices behind. */
final class Container {
    private final Backend backend;
    private final VFIOIOMMUOps opened;
    private final VFIOIOMMUOps tables;
    private final @Nullable WindowedTables windowed;
    private final List<Member> members = new ArrayList<>();

    Container(Backend backend, VFIOIOMMUOps tables) {
        this.backend = backend;
        this.opened = tables;
        this.windowed = null;
        this.tables = tables;
    }

    private Container(Backend backend, VFIOIOMMUOps opened, WindowedTables windowed) {
        this.backend = backend;
        this.opened = opened;
        this.windowed = windowed;
        this.tables = windowed;
    }

    /** The page tables that a backend opened, which may translate in windows. */
    static Container of(Backend backend, VFIOIOMMUOps opened, RegisteredPieces pieces) {
        return opened.dmaWindows()
                .map(source -> new WindowedTables(opened, source, pieces))
                .map(windowed -> new Container(backend, opened, windowed))
                .orElseGet(() -> new Container(backend, opened));
    }

    /** The page tables as the backend knows them. */
    VFIOIOMMUOps opened() {
        return opened;
    }

    /** The page tables, if they translate in windows. */
    Optional<WindowedTables> windowed() {
        return Optional.ofNullable(windowed);
    }

    /** Registers memory, where the page tables want that. */
    void hold(long vaddr, long length) {
        if (windowed != null) {
            windowed.hold(vaddr, length);
        }
    }

    /** Takes back what was registered. */
    void release(long vaddr, long length) {
        if (windowed != null) {
            windowed.release(vaddr, length);
        }
    }

    Backend backend() {
        return backend;
    }

    VFIOIOMMUOps tables() {
        return tables;
    }

    /** Maps in these page tables: the file where they take one, else the address. */
    void map(IovaRange range, long vaddr, Access access, @Nullable MemoryFile file) {
        if (file != null) {
            Optional<FileMapping> byFile = tables.fileMapping();
            if (byFile.isPresent()) {
                byFile.get().map(range, file.descriptor(), file.offsetOf(vaddr), access);
                return;
            }
        }
        tables.map(range, vaddr, access);
    }

    List<Member> members() {
        return members;
    }

    /** The device that came this way. */
    Member member(Attachment attachment) {
        return members.stream()
                .filter(member -> member.attachment() == attachment)
                .findFirst()
                .orElseThrow();
    }

    void enter(Member device) {
        members.add(device);
    }

    /** Takes one device out; says whether none is left. */
    boolean leave(Member device) {
        members.remove(device);
        return members.isEmpty();
    }
}
