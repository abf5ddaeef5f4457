package org.sparklora.template.builtin;

import org.sparklora.template.python.Arguments;

/** {@code value is name(arguments)}. */
@FunctionalInterface
public interface Test {
  boolean holds(Object value, Arguments arguments);
}
