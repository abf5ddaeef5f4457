package org.sparklora.model;

import org.sparklora.model.spec.LinearModule;

/** Puts adapters around the linear layers of a decoder while it is built. */
@FunctionalInterface
public interface Adaptation {
  /** Leaves every layer frozen. */
  Adaptation NONE = (module, frozen) -> frozen;

  /** The projection to use for this module: {@code frozen} itself or one around it. */
  Projection adapt(LinearModule module, FrozenProjection frozen);
}
