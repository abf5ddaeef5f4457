/** The only door to Hadoop's file systems: read, create, list, delete, lease. */
package org.sparklora.storage;
