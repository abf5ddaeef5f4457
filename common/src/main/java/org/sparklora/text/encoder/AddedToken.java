package org.sparklora.text.encoder;

/**
 * A token that is matched before text is split into words; it may absorb adjacent spaces, or count
 * only where no word continues beside it.
 */
public record AddedToken(
    String content,
    int id,
    boolean special,
    boolean normalized,
    boolean lstrip,
    boolean rstrip,
    boolean singleWord) {}
