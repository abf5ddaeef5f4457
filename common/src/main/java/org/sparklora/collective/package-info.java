/**
 * What the ranks of a generation do together: rendezvous, all-reduce, heartbeats, authentication.
 */
package org.sparklora.collective;
