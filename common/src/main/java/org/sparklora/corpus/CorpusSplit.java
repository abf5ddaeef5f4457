package org.sparklora.corpus;

import java.io.Serializable;

/**
 * The part of a JSON corpus that one task reads: the lines that begin in {@code start} (inclusive)
 * to {@code end} (exclusive), or a whole file that is one JSON array.
 */
public record CorpusSplit(String file, boolean isArray, long start, long end)
    implements Serializable {
  private static final long serialVersionUID = 1L;
}
