package org.sparklora.config;

/** A value and where it came from: {@code flag}, {@code file NAME} or {@code default}. */
record Given(String value, String origin) {}
