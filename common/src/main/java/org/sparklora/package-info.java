/**
 * What a job can end with, {@link org.sparklora.Failure} and its {@link org.sparklora.ExitCode},
 * and the table of model families.
 */
package org.sparklora;
