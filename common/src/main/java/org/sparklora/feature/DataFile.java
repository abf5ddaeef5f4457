package org.sparklora.feature;

/** A data file of a table: its name inside the table's folder, its rows and its size. */
public record DataFile(String name, long rows, long bytes) {}
