package org.sparklora.feature;

import java.io.Serializable;

/** A data file of a table: its name inside the table's folder, its rows and its size. */
public record DataFile(String name, long rows, long bytes) implements Serializable {
  private static final long serialVersionUID = 1L;
}
