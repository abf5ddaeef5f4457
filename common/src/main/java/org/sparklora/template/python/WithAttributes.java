package org.sparklora.template.python;

/** A value with attributes of its own, such as a namespace. */
public interface WithAttributes {
  /** The value of an attribute, or an {@link Undefined}. */
  Object attribute(String name);
}
