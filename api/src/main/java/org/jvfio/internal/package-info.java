// SPDX-License-Identifier: Apache-2.0
/**
 * The generic code: what is mapped, which devices share page tables, which backend is chosen, and
 * who is closed when. Not exported: {@link org.jvfio.Vfio} is the way in.
 *
 * <p><b>Locks.</b> A session's lock is taken before an address space's. No lock is held while a
 * device closes, because its interrupt listeners may be using the address space.
 */
package org.jvfio.internal;
