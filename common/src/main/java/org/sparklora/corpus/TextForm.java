package org.sparklora.corpus;

import java.io.Serializable;

/** How a text file has to be read. */
record TextForm(Packing packing, String charset, Shape shape) implements Serializable {
  private static final long serialVersionUID = 1L;

  static final String UTF_8 = "UTF-8";

  /** What several tasks can read parts of. */
  static final TextForm PLAIN_LINES = new TextForm(Packing.NONE, UTF_8, Shape.LINES);

  /** What stands in the text. */
  enum Shape {
    /** A JSON object on each line. */
    LINES,
    /** JSON objects over several lines, or several on one. */
    OBJECTS,
    /** One JSON array. */
    ARRAY,
    /** A table with commas and a header. */
    COMMAS,
    /** A table with tabs and a header. */
    TABS
  }

  boolean isUtf8() {
    return charset.equals(UTF_8);
  }
}
