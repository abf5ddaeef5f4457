package org.sparklora.template.python;

/** A method of a value that is not called yet; it is true and can hardly do anything else. */
record BoundMethod(Object owner, String name) implements Callable {
  @Override
  public Object call(Arguments arguments, Budget budget) {
    return Attributes.callMethod(owner, name, arguments, budget);
  }
}
