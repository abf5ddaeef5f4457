package org.sparklora.weights;

import org.sparklora.Failure;

/** What is wrong with a weight file, in the grammar of all error messages. */
final class WeightFault {
  /** What cannot be done, for limits on sizes. */
  static final String READ = "read the weight file";

  private WeightFault() {}

  static Failure damaged(String file, String why, Object actual, String expected) {
    return Failure.input(
        "Cannot read the weight file, %s: %s in %s (expected %s). Download or copy it again."
            .formatted(why, actual, file, expected));
  }

  static Failure cutOff(String file, String what, long end, long expected) {
    return Failure.input(
        "Cannot read the weight file, it is cut off in %s: %s ends at offset %d (expected at least %d bytes). Download or copy it again."
            .formatted(what, file, end, expected));
  }

  static Failure notAllowed(String file, String name) {
    return Failure.input(
        "Cannot read the weight file, its pickle asks for something that is not a plain tensor: %s in %s (expected only tensors; nothing was run). Use a safetensors copy from a source you trust."
            .formatted(name, file));
  }

  static Failure unsupported(String file, String why, Object actual, String expected) {
    return Failure.input(
        "Cannot read the weight file, %s: %s in %s (expected %s). Save it again with a current torch or as safetensors."
            .formatted(why, actual, file, expected));
  }
}
