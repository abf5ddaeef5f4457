/**
 * What the ranks of a generation do together: rendezvous, all-reduce, heartbeats, trust. May
 * import: nothing of ours.
 */
package org.sparklora.collective;
