package org.sparklora.storage;

/** A child of a folder, as listed; {@code modifiedMillis} is by the store's clock. */
public record StoredFile(
    String path, String name, long length, boolean isDirectory, long modifiedMillis) {}
