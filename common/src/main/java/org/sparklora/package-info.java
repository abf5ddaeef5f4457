/**
 * What a job can end with, {@link org.sparklora.Failure} and its {@link org.sparklora.ExitCode},
 * and the names of the model families. May import: nothing of ours.
 */
package org.sparklora;
