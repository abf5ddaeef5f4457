package org.sparklora.feature;

/** A file that a table was made from, as it was then; a change of any part makes it another. */
public record SourceFile(String path, long bytes, long modifiedMillis) {}
