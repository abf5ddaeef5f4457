/** Parsing of flags and configuration files into values with their origin. */
package org.sparklora.config;
