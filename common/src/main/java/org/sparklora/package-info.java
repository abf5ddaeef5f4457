/**
 * What a job can end with, {@link org.sparklora.Failure} and its {@link org.sparklora.ExitCode},
 * the table of model families, and what lies where a file should.
 */
package org.sparklora;
