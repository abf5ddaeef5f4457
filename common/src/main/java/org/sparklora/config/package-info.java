/**
 * Parsing of flags and configuration files into values with their origin. May import: nothing of
 * ours.
 */
package org.sparklora.config;
