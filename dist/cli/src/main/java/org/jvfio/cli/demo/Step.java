// SPDX-License-Identifier: Apache-2.0
package org.jvfio.cli.demo;

/**
 * One step of the demo, and what came of it.
 *
 * @param backend the backend, or both
 * @param device the device, or what is looked at instead
 * @param name the step
 * @param outcome what came of it
 * @param seen what was seen, or what went wrong, or why it was left out
 */
public record Step(String backend, String device, String name, Outcome outcome, String seen) {
    /** What can come of a step. */
    public enum Outcome {
        /** It was done, and everything was as it should be. */
        OK("ok"),
        /** Something was not as it should be. */
        FAILED("FAILED"),
        /** It could not be tried here. */
        LEFT_OUT("left out");

        private final String text;

        Outcome(String text) {
            this.text = text;
        }

        /** For people. */
        public String text() {
            return text;
        }
    }
}
