package org.sparklora.prompt;

/**
 * What is learned of one turn, its end token included: from {@code start} to before {@code end}.
 */
public record LabelSpan(int turn, Place start, Place end) {}
