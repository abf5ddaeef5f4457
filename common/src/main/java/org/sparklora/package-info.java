/**
 * What a job can end with: {@link org.sparklora.Failure} and its {@link org.sparklora.ExitCode}.
 * May import: nothing of ours.
 */
package org.sparklora;
