// SPDX-License-Identifier: Apache-2.0
/** A driver that names the API and nothing behind it. */
module org.example.driver {
    requires org.jvfio;
}
