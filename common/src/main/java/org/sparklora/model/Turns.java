package org.sparklora.model;

import java.util.List;
import org.sparklora.model.PackedRows.Angles;

/** Angles of tokens, one per turned part of a head: of most layers, and of those with a window. */
record Turns(List<Angles> usual, List<Angles> windowed) {
  List<Angles> of(boolean isWindowed) {
    return isWindowed ? windowed : usual;
  }
}
