package org.sparklora.template.builtin;

import org.sparklora.template.python.Arguments;
import org.sparklora.template.python.Budget;

/** {@code value | name(arguments)}. */
@FunctionalInterface
public interface Filter {
  Object apply(Object value, Arguments arguments, Budget budget);
}
