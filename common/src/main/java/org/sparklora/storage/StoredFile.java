package org.sparklora.storage;

/** A child of a folder, as listed; {@code modifiedMillis} by the store's clock. */
public record StoredFile(
    String path, String name, long length, boolean isDirectory, long modifiedMillis) {}
