/**
 * What the ranks of a generation do together: rendezvous, all-reduce, heartbeats, authentication.
 * May import: nothing of ours.
 */
package org.sparklora.collective;
