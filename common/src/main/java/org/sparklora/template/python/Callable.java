package org.sparklora.template.python;

/** A value that a template can call. */
@FunctionalInterface
public interface Callable {
  Object call(Arguments arguments, Budget budget);
}
