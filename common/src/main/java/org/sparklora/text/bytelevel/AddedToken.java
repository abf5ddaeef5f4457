package org.sparklora.text.bytelevel;

/** A token that is found in the text before words are cut; blanks beside it may belong to it. */
record AddedToken(
    String content, int id, boolean special, boolean normalized, boolean lstrip, boolean rstrip) {}
