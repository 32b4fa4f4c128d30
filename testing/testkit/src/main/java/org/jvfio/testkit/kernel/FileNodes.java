// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.jvfio.linux.DeviceNumber;
import org.jvfio.linux.Errno;

/** The tree of files: sysfs, procfs and {@code /dev}, as far as VFIO shows there. */
public final class FileNodes {
    static final int GROUP_MAJOR = 249;
    static final int CDEV_MAJOR = 248;

    private static final int MOST_LINKS = 40;
    private static final int USUAL_MODE = 0755;
    private static final Errno ELOOP = Errno.of(40);

    private final FileNode.Folder root = new FileNode.Folder();
    private final Set<String> hidden = new HashSet<>();
    private final Set<String> denied = new HashSet<>();

    FileNodes() {}

    /** Lets nothing be at a path, as if the kernel had never made it. */
    public void hide(String path) {
        hidden.add(path);
    }

    /** Lets a path be there, but neither be opened nor read. */
    public void deny(String path) {
        denied.add(path);
    }

    void text(String path, Supplier<String> text) {
        put(path, new FileNode.Text(text));
    }

    void text(String path, Supplier<String> text, Consumer<String> writer) {
        put(path, new FileNode.Text(text, writer));
    }

    /** An attribute that can only be written: who opens it for reading is refused. */
    void writeOnly(String path, Consumer<String> writer) {
        put(
                path,
                new FileNode.Text(
                        () -> {
                            throw new Refused(Errno.EACCES);
                        },
                        writer));
    }

    void binary(String path, byte[] bytes) {
        byte[] copy = bytes.clone();
        put(path, new FileNode.Binary(() -> copy));
    }

    void link(String path, String target) {
        put(path, new FileNode.Link(target));
    }

    void device(String path, DeviceNumber number, Supplier<OpenFile> opener) {
        put(path, new FileNode.Device(number, opener));
    }

    void folder(String path) {
        put(path, new FileNode.Folder());
    }

    void folder(String path, Supplier<Map<String, FileNode>> children) {
        put(path, new FileNode.Folder(children));
    }

    private void put(String path, FileNode node) {
        FileNode.Folder folder = root;
        List<String> names = names(path);
        for (String name : names.subList(0, names.size() - 1)) {
            FileNode next = folder.children().computeIfAbsent(name, n -> new FileNode.Folder());
            folder = (FileNode.Folder) next;
        }
        folder.children().put(names.get(names.size() - 1), node);
    }

    /** Lets nothing be at a path any more, nor below it. */
    void remove(String path) {
        int name = path.lastIndexOf('/');
        if (find(path.substring(0, name) + "/").node() instanceof FileNode.Folder folder) {
            folder.children().remove(path.substring(name + 1));
        }
    }

    private static List<String> names(String path) {
        return Arrays.stream(path.split("/", -1)).filter(name -> !name.isEmpty()).toList();
    }

    /** A node and the path that leads to it without links. */
    private record Found(String path, FileNode node) {}

    /** Follows a path with all its links. */
    private Found find(String path) {
        Refused.when(!path.startsWith("/"), Errno.ENOENT);
        Deque<String> left = new ArrayDeque<>(names(path));
        Found at = new Found("", root);
        for (int links = 0; !left.isEmpty(); ) {
            at = step(at, left.removeFirst());
            if (at.node() instanceof FileNode.Link link) {
                Refused.when(++links > MOST_LINKS, ELOOP);
                List<String> target = names(link.target());
                for (int i = target.size() - 1; i >= 0; i--) {
                    left.addFirst(target.get(i));
                }
                at = new Found("", root);
            }
        }
        return at;
    }

    private Found step(Found at, String name) {
        if (!(at.node() instanceof FileNode.Folder folder)) {
            throw new Refused(Errno.ENOTDIR);
        }
        if (name.equals("..")) {
            return find(at.path().substring(0, Math.max(0, at.path().lastIndexOf('/'))) + "/");
        }
        @Nullable FileNode child = folder.children().get(name);
        String path = at.path() + "/" + name;
        if (child == null || hidden.contains(path)) {
            throw new Refused(Errno.ENOENT);
        }
        return new Found(path, child);
    }

    private Found permitted(String path) {
        Found found = find(path);
        Refused.when(denied.contains(found.path()) || denied.contains(path), Errno.EACCES);
        return found;
    }

    /** Opens the device at a path. */
    public OpenFile open(String path) {
        FileNode node = permitted(path).node();
        Refused.when(node instanceof FileNode.Folder, Refused.EISDIR);
        Refused.when(node instanceof FileNode.Socket, Errno.ENXIO);
        if (node instanceof FileNode.Device device) {
            return device.opener().get();
        }
        if (node instanceof FileNode.Text text && text.writer() != null) {
            return new TextFile(path, text);
        }
        throw new Refused(Errno.EACCES);
    }

    /** Makes the name of a socket. */
    void socket(String path, SocketFile socket, Credentials owner) {
        Refused.when(exists(path), Errno.EADDRINUSE);
        String folder = path.substring(0, path.lastIndexOf('/') + 1);
        Refused.when(!(find(folder).node() instanceof FileNode.Folder), Errno.ENOTDIR);
        put(path, new FileNode.Socket(socket, owner.uid(), owner.gid(), USUAL_MODE));
    }

    /** The socket with that name, for somebody who wants to connect. */
    SocketFile socketAt(String path, Credentials who) {
        if (!(permitted(path).node() instanceof FileNode.Socket found)) {
            throw new Refused(Errno.ECONNREFUSED);
        }
        Refused.when(!who.mayWrite(found.owner(), found.group(), found.mode()), Errno.EACCES);
        return found.socket();
    }

    /** Whether a socket is at a path. */
    public boolean isSocket(String path) {
        return exists(path) && find(path).node() instanceof FileNode.Socket;
    }

    /** {@code chmod(2)} and {@code chown(2)} of a socket; -1 leaves something as it is. */
    public void changeSocket(String path, int owner, int group, int mode) {
        if (!(find(path).node() instanceof FileNode.Socket found)) {
            throw new Refused(Errno.EPERM);
        }
        put(
                path,
                new FileNode.Socket(
                        found.socket(),
                        owner == -1 ? found.owner() : owner,
                        group == -1 ? found.group() : group,
                        mode == -1 ? found.mode() : mode));
    }

    /** {@code unlink(2)}. */
    public void unlink(String path) {
        Refused.when(find(path).node() instanceof FileNode.Folder, Refused.EISDIR);
        remove(path);
    }

    /** Whether something is at a path. */
    public boolean exists(String path) {
        try {
            find(path);
            return true;
        } catch (Refused refused) {
            return false;
        }
    }

    /** Whether the device at a path may be opened. */
    public boolean mayReadAndWrite(String path) {
        try {
            return permitted(path).node() instanceof FileNode.Device;
        } catch (Refused refused) {
            return false;
        }
    }

    /** The text of a file. */
    public String read(String path) {
        return new String(bytes(path), StandardCharsets.UTF_8).stripTrailing();
    }

    /** The bytes of a file. */
    public byte[] bytes(String path) {
        FileNode node = permitted(path).node();
        Refused.when(node instanceof FileNode.Folder, Refused.EISDIR);
        if (node instanceof FileNode.Text text) {
            return (text.text().get() + "\n").getBytes(StandardCharsets.UTF_8);
        }
        if (node instanceof FileNode.Binary binary) {
            return binary.bytes().get().clone();
        }
        throw new Refused(Errno.EINVAL);
    }

    /** Writes a file. */
    public void write(String path, String text) {
        FileNode node = permitted(path).node();
        if (!(node instanceof FileNode.Text file)) {
            throw new Refused(Errno.EINVAL);
        }
        file.write(text);
    }

    /** The names in a folder. */
    public List<String> list(String path) {
        Found found = permitted(path);
        if (found.node() instanceof FileNode.Folder folder) {
            return new TreeMap<>(folder.children())
                    .keySet().stream()
                            .filter(name -> !hidden.contains(found.path() + "/" + name))
                            .toList();
        }
        throw new Refused(Errno.ENOTDIR);
    }

    /** Where a path leads to. */
    public String resolve(String path) {
        String resolved = find(path).path();
        return resolved.isEmpty() ? "/" : resolved;
    }

    /** The number of the device at a path. */
    public DeviceNumber deviceNumber(String path) {
        if (find(path).node() instanceof FileNode.Device device) {
            return device.number();
        }
        throw new Refused(Errno.ENODEV);
    }
}
