// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.AccessMode;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The file trees of the machine's own kernel, through {@code java.nio.file}. */
final class RealFileTree implements FileTree {
    private static final int FILE_TYPE = 0xf000;
    private static final int CHARACTER_DEVICE = 0x2000;
    private static final int BLOCK_DEVICE = 0x6000;

    // java.nio.file tells most errors only as the text of strerror(3), here in its C locale.
    private static final Map<String, Errno> BY_TEXT =
            Map.ofEntries(
                    Map.entry("Operation not permitted", Errno.EPERM),
                    Map.entry("No such file or directory", Errno.ENOENT),
                    Map.entry("Input/output error", Errno.EIO),
                    Map.entry("No such device or address", Errno.ENXIO),
                    Map.entry("Resource temporarily unavailable", Errno.EAGAIN),
                    Map.entry("Cannot allocate memory", Errno.ENOMEM),
                    Map.entry("Permission denied", Errno.EACCES),
                    Map.entry("Device or resource busy", Errno.EBUSY),
                    Map.entry("No such device", Errno.ENODEV),
                    Map.entry("Not a directory", Errno.ENOTDIR),
                    Map.entry("Is a directory", Errno.of(21)),
                    Map.entry("Invalid argument", Errno.EINVAL),
                    Map.entry("Too many open files in system", Errno.ENFILE),
                    Map.entry("Too many open files", Errno.EMFILE),
                    Map.entry("Too many levels of symbolic links", Errno.of(40)),
                    Map.entry("File name too long", Errno.of(36)),
                    Map.entry("Operation not supported", Errno.EOPNOTSUPP));

    @Override
    public boolean exists(String path) {
        return Files.exists(Path.of(path));
    }

    @Override
    public boolean mayReadAndWrite(String path) {
        Path file = Path.of(path);
        try {
            file.getFileSystem().provider().checkAccess(file, AccessMode.READ, AccessMode.WRITE);
            return true;
        } catch (IOException refused) {
            return false;
        }
    }

    @Override
    public String read(String path) throws KernelException {
        return new String(bytes(path), StandardCharsets.UTF_8).stripTrailing();
    }

    @Override
    public byte[] bytes(String path) throws KernelException {
        try {
            // To the end of the file: sysfs says 4096 bytes and procfs none, whatever there is.
            return Files.readAllBytes(Path.of(path));
        } catch (IOException refused) {
            throw refusal("read", refused);
        }
    }

    @Override
    public List<String> list(String path) throws KernelException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> folder = Files.newDirectoryStream(Path.of(path))) {
            for (Path entry : folder) {
                names.add(String.valueOf(entry.getFileName()));
            }
        } catch (DirectoryIteratorException refused) {
            throw refusal("readdir", Objects.requireNonNull(refused.getCause()));
        } catch (IOException refused) {
            throw refusal("readdir", refused);
        }
        Collections.sort(names);
        return List.copyOf(names);
    }

    @Override
    public String resolve(String path) throws KernelException {
        try {
            return Path.of(path).toRealPath().toString();
        } catch (IOException refused) {
            throw refusal("realpath", refused);
        }
    }

    @Override
    public DeviceNumber deviceNumber(String path) throws KernelException {
        try {
            Map<String, Object> stat = Files.readAttributes(Path.of(path), "unix:mode,rdev");
            int type = (int) number(stat, "mode") & FILE_TYPE;
            if (type != CHARACTER_DEVICE && type != BLOCK_DEVICE) {
                throw new KernelException("stat", Errno.ENODEV);
            }
            return DeviceNumber.ofRdev(number(stat, "rdev"));
        } catch (IOException refused) {
            throw refusal("stat", refused);
        }
    }

    private static long number(Map<String, Object> stat, String name) {
        return ((Number) Objects.requireNonNull(stat.get(name))).longValue();
    }

    private static KernelException refusal(String request, IOException refused) {
        KernelException told = new KernelException(request, errnoOf(refused));
        told.initCause(refused);
        return told;
    }

    private static Errno errnoOf(IOException refused) {
        if (refused instanceof NoSuchFileException) {
            return Errno.ENOENT;
        }
        if (refused instanceof AccessDeniedException) {
            return Errno.EACCES;
        }
        if (refused instanceof NotDirectoryException) {
            return Errno.ENOTDIR;
        }
        if (refused instanceof NotLinkException) {
            return Errno.EINVAL;
        }
        return errnoNamedIn(reasonOf(refused));
    }

    private static String reasonOf(IOException refused) {
        String reason =
                refused instanceof FileSystemException named
                        ? named.getReason()
                        : refused.getMessage();
        return reason == null ? "" : reason;
    }

    private static Errno errnoNamedIn(String reason) {
        Errno exact = BY_TEXT.get(reason);
        if (exact != null) {
            return exact;
        }
        // The JDK adds to some: "Too many levels of symbolic links or unable to access ...".
        return BY_TEXT.entrySet().stream()
                .filter(known -> reason.startsWith(known.getKey() + " or "))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(Errno.EIO);
    }
}
