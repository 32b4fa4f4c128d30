// SPDX-License-Identifier: Apache-2.0
package org.jvfio;

import java.util.Optional;

/**
 * What a {@link DescriptorBroker} answered to somebody: what an audit wants to know.
 *
 * @param pid the process that connected, as the kernel says
 * @param uid its effective user
 * @param gid its effective group
 * @param request what it asked for; empty if it asked for nothing that could be understood
 * @param refusal why it got nothing, in words; empty if it got a descriptor
 */
public record BrokerAnswer(int pid, int uid, int gid, String request, Optional<String> refusal) {}
