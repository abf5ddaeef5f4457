/**
 * The only door to Hadoop's file systems: read, create, list, delete, lease. May import: nothing of
 * ours.
 */
package org.sparklora.storage;
