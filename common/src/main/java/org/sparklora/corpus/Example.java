package org.sparklora.corpus;

/** One instruction: what is asked and what shall be answered. */
public record Example(String prompt, String target) {}
