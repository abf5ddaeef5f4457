package org.sparklora.text.bytelevel;

/** A token that is matched before text is split into words; it may absorb adjacent spaces. */
record AddedToken(
    String content, int id, boolean special, boolean normalized, boolean lstrip, boolean rstrip) {}
