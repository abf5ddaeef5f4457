package org.sparklora.corpus;

import java.io.Serializable;

/**
 * The part of a text corpus that one task reads: of plain lines those that begin in {@code start}
 * (inclusive) to {@code end} (exclusive), of every other form the whole file.
 */
public record CorpusSplit(String file, TextForm form, long start, long end)
    implements Serializable {
  private static final long serialVersionUID = 1L;
}
